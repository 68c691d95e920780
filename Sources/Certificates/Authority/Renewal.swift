import Foundation
import MusterCore
import X509

/// When a certificate is to be renewed: after two thirds of its time, so that a third is left to try again.
public enum Renewal {
  public static func time(_ certificate: Certificate) -> Timestamp {
    let start = certificate.notValidBefore
    let whole = certificate.notValidAfter.timeIntervalSince(start)
    // Certificates begin a little before they are made; of a short one that would be most of its time.
    let made = min(CertificateAuthority.clockTolerance.seconds, whole / 2)
    return Timestamp(start.addingTimeInterval(made + (whole - made) * 2 / 3))
  }

  public static func isDue(_ certificate: Certificate, at now: Timestamp) -> Bool { now >= time(certificate) }
}
