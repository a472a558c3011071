import Foundation
import NetC
import TestSupport
import Testing

/// `netc explain FILE:LINE`: what a line became.
struct ExplainTests {
  private let directory: TemporaryDirectory
  private let spec: String

  /// Lines: 4 a comment, 5 blank, 7 the input, 8 the pyramid, 9 its block's use, 13 an expectation.
  private static let network = """
    netc 1
    use std.deeplab
    use "./shared.net"
    // a comment

    network pyramid {
      input x: tensor[16, H, W] os=16
      high = x |> aspp<6, 12, 18, 24> 16 @aspp
      twice = high |> pair @first |> pair @second
      unused @spare conv 1x1 4
      output logits = twice
      output labels = twice |> argmax
      expect at 65x65 {
        os(high) == 16
      }
    }

    """
  private static let shared = """
    netc 1
    block pair(x) {
      inner = x |> conv 3x3 16 stride=2 pad=same(tf) @conv |> relu
      out = inner |> dropout 0.5
    }
    block idle(x) {
      out = x |> relu
    }

    """

  init() throws {
    directory = try TemporaryDirectory()
    spec = try directory.file("pyramid.net", Self.network)
    try directory.file("shared.net", Self.shared)
  }

  private func document(_ arguments: String...) throws -> [String: Any] {
    let outcome = netc(["explain"] + arguments + ["--json"])
    #expect(outcome.code == .done, "\(outcome.messages)")
    return outcome.json
  }

  private func layers(_ document: [String: Any]) throws -> [[String: Any]] {
    try #require(document["layers"] as? [[String: Any]])
  }

  @Test func aLineIsTheLayersOfItsBlocks() throws {
    let document = try document("\(spec):8")
    // The size that the file states.
    #expect(document["at"] as? [Int] == [65, 65])
    let rows = try layers(document)
    let atrous = rows.filter { ($0["rate"] as? Int ?? 1) > 1 }
    #expect(atrous.map { $0["rate"] as? Int } == [6, 12, 18, 24])
    #expect(atrous.map { $0["rf"] as? Int } == [193, 385, 577, 769])
    for (row, rate) in zip(atrous, [6.0, 12, 18, 24]) {
      let mean = 3 - 2 * rate / 65
      let (live, all) = (try #require(row["live"] as? Double), 65 * 65 * 9 * 16 * 16)
      #expect(abs(live - mean * mean) < 1e-9)
      #expect(row["macs"] as? Int == all)
      // (3·65 − 2r) taps read the map along each axis.
      let taps = 3 * 65 - 2 * Int(rate)
      #expect(row["live_macs"] as? Int == taps * taps * 16 * 16)
      #expect(row["pads"] as? [Int] == [Int](repeating: Int(rate), count: 4))
      #expect(row["in"] as? String == "16x65x65")
    }
    #expect(document["gives"] as? [String] == ["16x65x65"])
    #expect(
      document["parameters"] as? Int == rows.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) })
  }

  @Test func whatRunsIsToldWithItsRivals() throws {
    let execution = try #require(try document("\(spec):8")["execution"] as? [String: Any])
    let steps = try #require(execution["steps"] as? [[String: Any]])
    #expect(steps.contains { !(($0["refused"] as? [Any])?.isEmpty ?? true) })
    for step in steps where step["op"] as? String == "conv" {
      #expect(try #require(step["packed_bytes"] as? Int) > 0)
      #expect(try #require(step["weight_bytes"] as? Int) > 0)
      #expect(try #require(step["bytes_read"] as? Int) > 0)
    }
    #expect(execution["share_is"] as? String == "estimated")
    let share = try #require(execution["share"] as? Double)
    #expect(share > 0 && share < 1)
    let text = netc("explain", "\(spec):8", "-v").output
    #expect(text.contains("% of the run, estimated from products and bytes"))
    #expect(text.contains("\n  not "))
    #expect(text.contains("computed otherwise\n  aspp.project.0: "))
  }

  @Test func measuringIsSaid() throws {
    let execution = try #require(
      try document("\(spec):9", "--measure", "--at", "9x9", "--threads", "1")["execution"]
        as? [String: Any])
    #expect(execution["share_is"] as? String == "measured")
    let (own, all) = (execution["ms"] as? Double ?? 0, execution["ms_of_plan"] as? Double ?? 0)
    #expect(own > 0 && own < all)
    #expect(abs((execution["share"] as? Double ?? 0) - own / all) < 1e-9)
  }

  @Test func aFileOfBlocksIsToldForAllInstances() throws {
    let shared = directory.file("shared.net")
    let alone = netc("explain", "\(shared):3")
    #expect(alone.code == .usage && alone.messages.contains("--in network.net"))
    let document = try document("\(shared):3", "--in", spec, "--at", "9x8")
    #expect(
      try layers(document).map { $0["name"] as? String } == [
        "first.conv", "first.inner",
        "second.conv", "second.inner",
      ])
    // TensorFlow's SAME at 9x8, then at 5x4, and what is left of it is exact.
    #expect(try layers(document)[0]["pads"] as? [Int] == [1, 1, 0, 1])
    #expect(try layers(document)[2]["pads"] as? [Int] == [1, 1, 0, 1])
    #expect(
      netc("explain", "\(shared):3", "--in", spec).output.contains("in 2 instances of `pair`"))
    // A dropout computes nothing, wherever it stands.
    let dropout = try layers(try self.document("\(shared):4", "--in", spec))
    #expect(dropout.map { $0["became"] as? String } == ["moves nothing", "moves nothing"])
    #expect(
      netc("explain", "\(shared):7", "--in", spec).output.contains(
        "in the block `idle`, which this network does not use"))
    #expect(netc("explain", "std.deeplab:20", "--in", spec).code == .done)
    let other = netc("explain", "elsewhere.net:3", "--in", spec)
    #expect(other.code == .usage && other.messages.contains("does not use `elsewhere.net`"))
  }

  @Test func linesWithoutLayersSayWhatIsThere() throws {
    for (line, words, nearest) in [
      (1, "the version of the language", 8), (2, "the name of a library", 8),
      (4, "a comment", 8), (5, "a blank line", 8), (6, "the head of the network", 8),
      (7, "an input", 8), (11, "an output", 10), (13, "part of an `expect` block", 12),
      (14, "part of an `expect` block", 12), (15, "a closing brace", 12),
    ] {
      let outcome = netc("explain", "\(spec):\(line)")
      #expect(outcome.code == .done)
      #expect(outcome.output.contains("\n\(words): no layer"), "\(line): \(outcome.output)")
      #expect(outcome.output.hasSuffix("the nearest line with layers is \(nearest)\n"), "\(line)")
    }
    let spare = try document("\(spec):10")
    #expect(try layers(spare)[0]["unused"] as? Bool == true)
  }

  @Test func linesAreToldFromCodes() {
    let past = netc("explain", "\(spec):17")
    #expect(past.code == .usage && past.messages.contains("has 16 lines, 17 is none of them"))
    #expect(netc("explain", "\(spec):0").code == .usage)
    #expect(netc("explain", spec).messages.contains("names no line"))
    #expect(netc("explain", "\(spec):x").messages.contains("write `\(spec):12`"))
    #expect(netc("explain", "\(spec):8:3:").output == netc("explain", "\(spec):8").output)
    #expect(netc("explain", "\(spec):99999999999999999999").code == .usage)
    #expect(netc("explain", "N0312", "--at", "9x9").code == .usage)
    #expect(netc("explain", "\(spec):8", "N0312").code == .usage)
    #expect(netc("explain", "absent.net:3").code == .files)
  }

  /// Whatever passes do, nothing is lost: the lines of a file have all steps of its plan.
  @Test(arguments: [
    "models/deeplabv3plus.net", "models/scenes.net", "models/unet/milesial.net",
    "models/torchvision/deeplabv3_mobilenet_v3_large.net", "models/tf/deeplabv3plus_xception65.net",
    "models/fcn/fcn8s.net", "models/semseg/pspnet50.net",
  ])
  func linesHaveAllStepsOfThePlan(_ name: String) throws {
    let path = Repository.path(name)
    let size = ["--at", name.contains("pspnet") ? "473x473" : "129x129"]
    let plan = netc(["plan", path, "--json"] + size).json
    let all = try #require(plan["steps"] as? [[String: Any]])
    let lines = Set(all.compactMap { $0["line"] as? Int })
    var found: Set<Int> = []
    var shares: [Int: Double] = [:]
    for line in lines.sorted() {
      let outcome = netc(["explain", "\(path):\(line)", "--json"] + size)
      let rows = try #require(outcome.json["layers"] as? [[String: Any]])
      for row in rows {
        #expect(!(row["became"] as? String ?? "").isEmpty, "\(row["name"] ?? "")")
        found.formUnion(row["steps"] as? [Int] ?? [])
      }
      let execution = outcome.json["execution"] as? [String: Any]
      for step in execution?["steps"] as? [[String: Any]] ?? [] {
        if let index = step["step"] as? Int { shares[index] = step["share"] as? Double }
      }
    }
    #expect(found == Set(all.indices))
    #expect(abs(shares.values.reduce(0, +) - 1) < 1e-6)
  }
}
