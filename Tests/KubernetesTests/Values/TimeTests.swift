import Foundation
import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct TimeTests {
  @Test(
    "What the API writes is read and written back unchanged",
    arguments: [
      "2026-11-27T16:31:36Z", "2026-11-27T16:31:36.123456Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z",
      "2026-11-27T17:31:36+01:00", "2026-11-27T17:31:36.5-09:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
      "2026-11-27T16:31:36.000000000Z", "2026-11-27T16:31:36+00:00", "2026-11-27T16:31:36-00:00",
      "1969-12-31T23:59:59Z",
      "2000-02-29T00:00:00Z", "1900-03-01T00:00:00Z", "0000-03-01T12:00:00Z",
    ])
  func roundTrips(_ text: String) throws {
    let time = try Time(text)
    #expect(time.description == text)
    let json = try JSONEncoder().encode([time])
    #expect(try JSONDecoder().decode([Time].self, from: json) == [time])
  }

  @Test(
    "What is no time is refused with a sentence",
    arguments: [
      "", "2026-11-27", "2026-11-27 16:31:36Z", "2026-11-27T16:31:36", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-11-27T24:00:00Z", "2026-11-27T16:60:00Z", "2026-11-27T16:31:60Z", "2026-11-27t16:31:36z",
      "2026-11-27T16:31:36.Z", "2026-11-27T16:31:36.1234567890Z", "2026-11-27T16:31:36+1:00", "2026-11-27T16:31:36Zx",
      "02026-11-27T16:31:36Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
    ])
  func refuses(_ text: String) {
    let error = #expect(throws: KubernetesError.self) { try Time(text) }
    #expect(error?.code == .badValue)
    #expect(error?.message.hasPrefix("'\(text)' is not a time") == true)
  }

  @Test("A timestamp becomes whole seconds, or microseconds for leases")
  func fromTimestamps() throws {
    let timestamp = Timestamp(milliseconds: 1_795_797_096_789)
    #expect(Time(timestamp).description == "2026-11-27T16:31:36Z")
    #expect(Time.micro(timestamp).description == "2026-11-27T16:31:36.789000Z")
    #expect(Time.micro(timestamp).timestamp == timestamp)
    #expect(Time(Timestamp(milliseconds: -1)).description == "1969-12-31T23:59:59Z")
    #expect(Time(Timestamp(milliseconds: .max)).description == "9999-12-31T23:59:59Z")
    #expect(Time(Timestamp(milliseconds: .min)).description == "0001-01-01T00:00:00Z")
  }

  @Test("Times of different zones can be the same moment")
  func zones() throws {
    let here = try Time("2026-11-27T17:31:36+01:00")
    let there = try Time("2026-11-27T16:31:36Z")
    #expect(here != there)
    #expect(here.timestamp == there.timestamp)
    #expect(there.timestamp == Timestamp(milliseconds: 1_795_797_096_000))
  }

  @Test("Every day of 800 years agrees with Foundation's calendar")
  func calendar() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -140_000, to: 160_000, by: 7) {
      let date = CivilDate(daysSince1970: Int64(day))
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      #expect(date.year == parts.year.map(Int64.init) && date.month == parts.month.map(Int64.init))
      #expect(date.day == parts.day.map(Int64.init))
      #expect(CivilDate(year: date.year, month: date.month, day: date.day)?.daysSince1970 == Int64(day))
    }
  }

  @Test("Damaged times are refused or written back as they were read")
  func fuzz() {
    var mutator = Dice(seed: 1)
    let samples = ["2026-11-27T16:31:36Z", "2026-11-27T16:31:36.123456+01:00", "0000-01-01T00:00:00.9Z"]
    for round in 0..<20_000 {
      let bytes = mutator.damaged(samples[round % samples.count], marks: "0123456789-:TZ+.")
      let text = String(decoding: bytes, as: UTF8.self)
      if let time = try? Time(text) { #expect(time.description == text) }
    }
  }
}
