import Foundation
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
      let (output, messages) = (Recorder(), Recorder())
      var console = Console(output: output, messages: messages, readInput: { [] })
      let line =
        [arguments[0], directory.file("n.net")] + arguments.dropFirst()
        + ["-w", weights]
        + (arguments[0] == "run" ? ["-o", directory.file("l.npy")] : [])
      #expect(NetcProgram.run(line, &console) == .files)
      #expect(messages.text.contains(bad.code))
      #expect(messages.text.contains("w.safetensors"))
    }
    #expect(try directory.names == ["n.net", "p.ppm", "w.safetensors"])
  }

  @Test func absentFile() {
    let outcome = netc("weights", directory.file("n.net"), "-w", directory.file("absent"))
    #expect(outcome.code == .files && outcome.messages.contains("N0608"))
    let folder = netc("weights", directory.file("n.net"), "-w", directory.path)
    #expect(folder.code == .files && folder.messages.contains("a directory"))
  }
}
