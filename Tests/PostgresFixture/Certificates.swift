/// A certificate for a server on 127.0.0.1, the authority that signed it, and one that did not.
enum Certificates {
  private static let script = """
    set -eu
    cd "$1"
    for name in authority other; do
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$name" \\
        -keyout $name.key -out $name.crt
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \\
      -keyout server.key -out server.csr
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\n' >server.ext
    openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 \\
      -extfile server.ext -out server.crt
    chmod 600 server.key
    """

  static func make(_ folder: String) async throws { try await Shell.run(["sh", "-c", script, "sh", folder]) }
}
