/// What moves k3s's ingress controller to other ports than 80 and 443.
enum IngressTexts {
  static func manifest(httpPort: Int, httpsPort: Int) -> String {
    """
    # Written by Muster, which sets back what is changed here.
    apiVersion: helm.cattle.io/v1
    kind: HelmChartConfig
    metadata:
      name: traefik
      namespace: kube-system
    spec:
      valuesContent: |-
        ports:
          web:
            exposedPort: \(httpPort)
          websecure:
            exposedPort: \(httpsPort)

    """
  }
}
