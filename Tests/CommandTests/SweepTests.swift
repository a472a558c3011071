import Foundation
import NetC
import TestSupport
import Testing

/// `netc sweep`: counts, never times.
struct SweepTests {
  static let flagship = Repository.flagship
  static let scenes = Repository.path("models/scenes.net")

  private static func cells(_ arguments: String...) throws -> [[String: Any]] {
    let outcome = netc(["sweep"] + arguments + ["--json"])
    #expect(outcome.code == .done, "\(outcome.messages)")
    return try #require(outcome.json["cells"] as? [[String: Any]])
  }

  @Test func everyStrideAtEverySize() throws {
    let cells = try Self.cells(
      Self.flagship, "--os", "8,16", "--size", "257..513/256", "--no-time")
    #expect(cells.map { $0["os"] as? Int } == [8, 8, 16, 16])
    #expect(cells.map { ($0["size"] as? [Int])?.first } == [257, 513, 257, 513])
    #expect(cells.last?["macs"] as? Int == 92_820_363_712)
    #expect(cells[1]["macs"] as? Int == 267_924_167_104)
    #expect(cells.allSatisfy { $0["median_ms"] is NSNull })
    for cell in cells {
      let live = try #require(cell["live_macs"] as? Int)
      #expect(live < cell["macs"] as? Int ?? 0)
      #expect(cell["fewest_layer"] as? String == "aspp.convs.3.0")
      #expect(try #require(cell["memory_bytes"] as? Int) > 200_000_000)
    }
    // Of a 33x33 map at rate 18 a 3x3 kernel sees (3 - 36/33)^2 taps: architectures.md, 1.1.
    #expect(abs((cells[3]["fewest_live"] as? Double ?? 0) - 3.644) < 0.001)
  }

  /// Live products counted one by one.
  @Test func liveProductsAreThoseOfTaps() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(
      "x.net",
      """
      netc 1
      network x {
        input image: rgb[H, W]
        output y = image |> conv 3x3 4 rate=2 @a |> conv 1x1 2 @b
      }

      """)
    let cells = try Self.cells(file, "--size", "5,6x9,3", "--no-time")
    for (cell, size) in zip(cells, [(5, 5), (6, 9), (3, 3)]) {
      func taps(_ n: Int) -> Int {
        (0..<n).reduce(0) { sum, x in sum + [-2, 0, 2].count { (0..<n).contains(x + $0) } }
      }
      let (h, w) = size
      #expect(cell["macs"] as? Int == (9 * 12 + 8) * h * w)
      #expect(cell["live_macs"] as? Int == taps(h) * taps(w) * 12 + 8 * h * w)
      #expect(cell["fewest_taps"] as? Int == 9)
    }
  }

  @Test func runsAreTimed() throws {
    let cells = try Self.cells(
      Self.scenes, "--size", "32,48x32", "--runs", "1", "--threads", "1")
    #expect(cells.count == 2)
    for cell in cells { #expect(try #require(cell["median_ms"] as? Double) > 0) }
    let text = netc("sweep", Self.scenes, "--size", "32", "--runs", "1", "--threads", "1").output
    #expect(text.contains("1 thread; ms: the median of 1 run\n"))
    #expect(text.contains("live MACs") && text.contains("32x32"))
  }

  @Test func sizesAreTheAdmissibleOnesNearest() throws {
    let unet = Repository.path("models/unet/original.net")
    let cells = try Self.cells(unet, "--size", "200..400/50", "--no-time")
    #expect(cells.map { ($0["size"] as? [Int])?.first } == [204, 252, 300, 348, 396])
    #expect(cells.allSatisfy { $0["os"] is NSNull })
    #expect(netc("sweep", unet, "--size", "200", "--no-time").code == .failed)
    let directory = try TemporaryDirectory()
    let fixed = try directory.file("fixed.net", Networks.fixed)
    #expect(try Self.cells(fixed, "--no-time").first?["size"] as? [Int] == [8, 10])
  }

  @Test func mistakesAreUsageErrors() {
    for flags in [
      [], ["--size", "5..3"], ["--size", "5../2"], ["--size", "1..65536/1"], ["--size", "0"],
      ["--size", "9,"], ["--size", "9..99/0"], ["--size", "33", "--os", "8,x"],
      ["--size", "33", "--os", "8", "--set", "os=16"],
    ] {
      let outcome = netc(["sweep", Self.flagship, "--no-time"] + flags)
      #expect(outcome.code == .usage, "\(flags): \(outcome.messages)")
    }
    // The flagship has no weights of its own.
    #expect(netc("sweep", Self.flagship, "--size", "33").code == .files)
  }
}
