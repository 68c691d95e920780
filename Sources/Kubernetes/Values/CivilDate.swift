/// A day of the Gregorian calendar, continued to before its time, as RFC 3339 counts.
struct CivilDate {
  let year: Int64
  let month: Int64
  let day: Int64

  /// Nil for a day that is in no calendar. Year 0 to 9999.
  init?(year: Int64, month: Int64, day: Int64) {
    guard (1...12).contains(month), (0...9999).contains(year), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month - 1)] else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Months are counted from March, so that the leap day is a year's last: then the days before a month follow a formula,
  /// and 400 years have always 146,097 days.
  var daysSince1970: Int64 {
    let years = (month <= 2 ? year - 1 : year) + 400
    let era = years / 400
    let ofEra = years % 400
    let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return (era - 1) * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  /// Days before year 0 are taken for its first; the callers stay above.
  init(daysSince1970 days: Int64) {
    let shifted = max(days, -719_528) + 719_468 + 146_097
    let era = shifted / 146_097
    let ofEra = shifted % 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * ofYear + 2) / 153
    day = ofYear - (153 * fromMarch + 2) / 5 + 1
    month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    year = (era - 1) * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }
}
