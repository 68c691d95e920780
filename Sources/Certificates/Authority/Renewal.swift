import Foundation
import MusterCore
import X509

/// When a certificate is to be renewed: after two thirds of its time, so that a third is left to try again.
public enum Renewal {
  public static func time(_ certificate: Certificate) -> Timestamp {
    let start = certificate.notValidBefore
    let whole = certificate.notValidAfter.timeIntervalSince(start)
    // Those that are made here begin a little before they are made.
    let tolerance = CertificateAuthority.clockTolerance.seconds
    let made = whole > tolerance ? tolerance : 0
    return Timestamp(start.addingTimeInterval(made + (whole - made) * 2 / 3))
  }

  public static func isDue(_ certificate: Certificate, at now: Timestamp) -> Bool { now >= time(certificate) }
}
