import Foundation
import TestSupport
import Testing

@testable import NetC

struct WeightsCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.file(
      "n.net",
      """
      netc 1
      network n {
        input image: rgb[H, W]
        weights "n.safetensors" source="https://example.org/n"
        unused @fc conv 1x1 2 bias=no
        ignore aux.*
        output logits = image |> conv 1x1 2 @a
      }
      """)
  }

  private func statuses(_ outcome: Outcome) throws -> [String: String] {
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    var result: [String: String] = [:]
    for tensor in try #require(json["tensors"] as? [[String: Any]]) {
      result[try #require(tensor["name"] as? String)] = tensor["status"] as? String ?? "none"
      #expect(tensor["shape"] is [Int])
    }
    return result
  }

  @Test func withoutAFile() throws {
    let outcome = netc("weights", directory.file("n.net"), "--json")
    #expect(outcome.code == .done)
    #expect(outcome.messages.contains("https://example.org/n"))
    #expect(try statuses(outcome)["a.weight"] == "none")
  }

  @Test func everyStatus() throws {
    try directory.file(
      "w.safetensors",
      safetensors([
        "a.weight": ([2, 3, 1, 1], [Float](repeating: 1, count: 6)), "a.bias": ([1], [0]),
        "aux.0": ([1], [0]), "more": ([1], [0]),
      ]))
    let outcome = netc(
      "weights", directory.file("n.net"), "-w", directory.file("w.safetensors"), "--json")
    #expect(outcome.code == .files)
    #expect(outcome.messages.contains("N0605") && outcome.messages.contains("N0606"))
    #expect(
      try statuses(outcome) == [
        "a.weight": "ok", "a.bias": "shape", "aux.0": "ignored", "more": "unused",
        "fc.weight": "optional",
      ])
    let text = netc("weights", directory.file("n.net"), "-w", directory.file("w.safetensors"))
    #expect(text.output.contains("a.bias     2        F32  shape, the file has 1"))
    #expect(text.output.contains("1 ok, 1 shape, 1 optional, 1 unused, 1 ignored"))
  }

  @Test func nothingFits() throws {
    try directory.file(
      "w.safetensors",
      safetensors([
        "b0": ([1], [0]), "b1": ([1], [0]), "b2": ([1], [0]), "b3": ([1], [0]), "b4": ([1], [0]),
        "b5": ([1], [0]), "b6": ([1], [0]),
      ]))
    let line = ["weights", directory.file("n.net"), "-w", directory.file("w.safetensors")]
    let short = netc(line)
    let lines = short.output.split(separator: "\n")
    #expect(short.code == .files)
    #expect(lines.first?.contains("2 missing, 1 optional, 7 unused") == true)
    #expect(lines.last == "… and 2 more unused; `-v` lists them")
    #expect(lines.count == 10)
    #expect(netc(line + ["-v"]).output.split(separator: "\n").count == 11)
  }

  /// The block goes to messages, and works where it is pasted.
  @Test func rulesAreProposed() throws {
    try directory.file(
      "w.safetensors",
      safetensors([
        "net.stem.kernel": ([1, 1, 3, 2], [0, 1, 2, 3, 4, 5]), "net.stem.bias": ([2], [0, 0]),
        "step": ([1], [0]),
      ]))
    let weights = directory.file("w.safetensors")
    let outcome = netc("weights", directory.file("n.net"), "-w", weights)
    let rules = [
      "ignore step", "rename * <- * layout=HWIO", "rename *.weight <- *.kernel",
      "rename a.* <- net.stem.*",
    ]
    #expect(outcome.messages.contains(rules.joined(separator: "\n  ")))
    try directory.file("p.ppm", Array("P6\n1 1\n255\n".utf8) + [1, 2, 3])
    let run = netc("run", directory.file("n.net"), directory.file("p.ppm"), "-w", weights)
    #expect(run.code == .files && run.messages.contains(rules.joined(separator: "\n  ")))
    try directory.file(
      "m.net",
      """
      netc 1
      network m {
        input image: rgb[H, W]
        \(rules.joined(separator: "\n  "))
        output logits = image |> conv 1x1 2 @a
      }
      """)
    #expect(netc("weights", directory.file("m.net"), "-w", weights).code == .done)
  }

  @Test func rulesOnTheCommandLine() throws {
    try directory.file(
      "w.safetensors",
      safetensors([
        "module.b.kernel": ([1, 1, 3, 2], [0, 1, 2, 3, 4, 5]), "module.b.bias": ([2], [0, 0]),
        "module.aux.0": ([1], [0]), "extra": ([1], [0]),
      ]))
    let line = [
      "weights", directory.file("n.net"), "-w", directory.file("w.safetensors"), "--json",
    ]
    let rules = [
      "--rename", "* <- module.*", "--rename=*.weight <- *.kernel layout=HWIO", "--ignore",
      "extra", "--rename", "a.* <- b.*",
    ]
    let outcome = netc(line + rules)
    #expect(outcome.code == .done)
    #expect(outcome.messages == "")
    #expect(
      try statuses(outcome) == [
        "a.weight": "ok", "a.bias": "ok", "module.aux.0": "ignored", "extra": "ignored",
        "fc.weight": "optional",
      ])
    // The order of the two flags counts.
    let late = netc(line + rules + ["--ignore", "module.b.kernel"])
    #expect(late.code == .done)
    let early = netc(line + ["--ignore", "module.b.kernel"] + rules)
    #expect(early.code == .files && early.messages.contains("N0604"))
    try directory.file("p.ppm", Array("P6\n1 1\n255\n".utf8) + [1, 2, 3])
    let run = netc(
      [
        "run", directory.file("n.net"), directory.file("p.ppm"), "-w",
        directory.file("w.safetensors"), "-o", directory.file("l.npy"),
      ] + rules)
    #expect(run.code == .done)
  }

  @Test(arguments: [
    (["--rename", "a.* <- b"], "--rename:1:1: error[N0609]: `*` stands once", ExitCode.usage),
    (["--rename", "a <- b layout=X"], "--rename:1:8: error[N0609]", .usage),
    (["--rename", "a.* -> b.*"], "--rename:1:5: error[N0103]", .usage),
    (["--rename", "a <- b c"], "--rename:1:8: error[N01", .usage),
    (["--rename", "a <- b\nignore c"], "--rename:1:7: error[N01", .usage),
    (["--ignore", "a.* <- b.*"], "--ignore:1:5: error[N01", .usage),
    (["--ignore", "\"a\""], "--ignore:1:1: error[N0103]", .usage),
    (["--rename", "a.weight <- c.weight"], "--rename:1:1: error[N0609]: no tensor", .files),
  ])
  func wrongRulesOnTheCommandLine(_ flags: [String], _ message: String, _ code: ExitCode) throws {
    try directory.file("w.safetensors", safetensors(["a.bias": ([2], [0, 0])]))
    let line = ["weights", directory.file("n.net"), "-w", directory.file("w.safetensors")]
    let outcome = netc(line + flags)
    #expect(outcome.code == code)
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
  }

  @Test func theSpecsFileIsUsed() throws {
    try directory.file(
      "n.safetensors",
      safetensors([
        "a.weight": ([2, 3, 1, 1], [Float](repeating: 1, count: 6)), "a.bias": ([2], [0, 0]),
      ]))
    let outcome = netc("weights", directory.file("n.net"), "--json")
    #expect(outcome.code == .done)
    #expect(try statuses(outcome)["a.bias"] == "ok")
  }

  private struct Bad: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let code: String
    var testDescription: String { name }
  }

  private static func tensor(
    _ name: String, _ offsets: String, type: String = "F32", shape: String = "[2]"
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  private static let good = safetensors([
    "a.weight": ([2, 3, 1, 1], [Float](repeating: 1, count: 6)), "a.bias": ([2], [0, 0]),
  ])

  private static let weight = tensor("a.weight", "[0,24]", shape: "[2,3,1,1]")

  private static let bad: [Bad] = [
    Bad(name: "empty", bytes: [], code: "N0608"),
    Bad(name: "truncated header", bytes: Array(good.prefix(20)), code: "N0608"),
    Bad(name: "truncated data", bytes: good.dropLast(), code: "N0608"),
    Bad(name: "trailing data", bytes: good + [0], code: "N0608"),
    Bad(
      name: "header of 2^63", bytes: safetensors(header: "{}", length: 1 << 63, []),
      code: "N0608"),
    Bad(
      name: "header of 2^64 - 1", bytes: safetensors(header: "{}", length: .max, []),
      code: "N0608"),
    Bad(
      name: "overlapping offsets",
      bytes: safetensors(
        header: "{\(weight),\(tensor("a.bias", "[20,28]"))}", [UInt8](repeating: 0, count: 28)),
      code: "N0608"),
    Bad(
      name: "duplicate keys",
      bytes: safetensors(
        header: "{\(weight),\(weight)}", [UInt8](repeating: 0, count: 24)), code: "N0608"),
    Bad(
      name: "wrong type",
      bytes: safetensors(
        header: "{\(weight),\(tensor("a.bias", "[24,40]", type: "I64"))}",
        [UInt8](repeating: 0, count: 40)), code: "N0607"),
    Bad(
      name: "wrong shape",
      bytes: safetensors(
        header: "{\(weight),\(tensor("a.bias", "[24,36]", shape: "[3]"))}",
        [UInt8](repeating: 0, count: 36)), code: "N0606"),
    Bad(name: "missing", bytes: safetensors(["a.bias": ([2], [0, 0])]), code: "N0604"),
    Bad(name: "not weights", bytes: Array("<html></html>".utf8), code: "N0608"),
  ]

  @Test(arguments: WeightsCommandTests.bad)
  private func badFile(_ bad: Bad) throws {
    let weights = try directory.file("w.safetensors", bad.bytes)
    let picture = try directory.file("p.ppm", Array("P6\n1 1\n255\n".utf8) + [1, 2, 3])
    for arguments in [["weights"], ["run", picture]] {
      let outcome = netc(
        [arguments[0], directory.file("n.net")] + arguments.dropFirst()
          + ["-w", weights]
          + (arguments[0] == "run" ? ["-o", directory.file("l.npy")] : []))
      #expect(outcome.code == .files)
      #expect(outcome.messages.contains(bad.code))
      #expect(outcome.messages.contains("w.safetensors"))
    }
    #expect(directory.names == ["n.net", "p.ppm", "w.safetensors"])
  }

  @Test func absentFile() {
    let outcome = netc("weights", directory.file("n.net"), "-w", directory.file("absent"))
    #expect(outcome.code == .files && outcome.messages.contains("N0608"))
    let folder = netc("weights", directory.file("n.net"), "-w", directory.path)
    #expect(folder.code == .files && folder.messages.contains("a directory"))
  }
}
