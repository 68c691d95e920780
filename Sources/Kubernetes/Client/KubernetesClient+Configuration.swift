import MusterCore

extension KubernetesClient {
  /// A client over the network.
  ///
  /// - Parameter configuration: as a kubeconfig says, or a pod's own: ``ClientConfiguration/load(context:kubeconfig:environment:time:)``.
  public convenience init(
    configuration: ClientConfiguration, behaviour: ClientBehaviour = ClientBehaviour(),
    time: any Timekeeper = SystemTime()
  ) {
    self.init(
      transport: HTTPTransport(
        configuration, userAgent: behaviour.userAgent, sockets: WebSocketConnector()),
      namespace: configuration.namespace,
      behaviour: behaviour, time: time)
  }
}
