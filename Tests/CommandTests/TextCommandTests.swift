import Foundation
import NetC
import Source
import TestSupport
import Testing

/// `fmt`, `explain` and `doctor`.
@Suite struct TextCommandTests {
  private let ragged = "netc 1\nnetwork   x { input i: rgb[H,W]\n output y = i|>relu }\n"

  @Test func formatsOnlyWhatDiffers() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("x.net", ragged)
    let check = netc("fmt", "--check", file)
    #expect(check.code == .failed)
    #expect(check.output == file + "\n")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == ragged)
    let first = netc("fmt", file)
    #expect(first.code == .done && first.output.isEmpty)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("\n  output y = i |> relu\n"))
    let before = try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
    #expect(netc("fmt", file).code == .done)
    let after = try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
    #expect(before == after, "an unchanged file is left alone")
    #expect(netc("fmt", "--check", file).code == .done)
    #expect(directory.names == ["x.net"])
  }

  @Test func formatsStreams() {
    let outcome = netc("fmt", "-", input: ragged)
    #expect(outcome.code == .done)
    #expect(outcome.output.contains("\n  output y = i |> relu\n"))
    #expect(netc("fmt", "-", input: outcome.output).output == outcome.output)
  }

  @Test func leavesBrokenFilesAlone() throws {
    let directory = try TemporaryDirectory()
    let broken = "netc 1\nnetwork x {\n  input i rgb[H,W]\n"
    let file = try directory.file("x.net", broken)
    let outcome = netc("fmt", file)
    #expect(outcome.code == .failed)
    #expect(outcome.messages.contains("error[N01"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == broken)
  }

  @Test func explainsEveryCode() {
    for code in DiagnosticCode.all {
      let outcome = netc("explain", code.id.lowercased())
      #expect(outcome.code == .done)
      #expect(outcome.output.hasPrefix("\(code.id): \(code.title)\n"))
    }
    #expect(netc("explain").output.split(separator: "\n").count == DiagnosticCode.all.count)
    let unknown = netc("explain", "NO312")
    #expect(unknown.code == .usage)
    #expect(unknown.messages.contains("did you mean `N0312`?"))
  }

  @Test func doctorKnowsThisMachine() throws {
    let outcome = netc("doctor")
    #expect(outcome.code == .done)
    for name in ["netc", "processor", "features", "cores", "memory", "libpng", "turbojpeg", "zlib"]
    {
      #expect(outcome.output.contains(name))
    }
    let json = netc("doctor", "--json").json
    #expect((json["cores"] as? Int ?? 0) > 0)
    #expect((json["memory_bytes"] as? Int ?? 0) > 0)
  }

  @Test func jsonEscapes() throws {
    let nasty = "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{7F}\u{2028}é🙂\u{0}"
    let document = JSON.document([
      nasty: .text(nasty), "n": .number(0.1), "inf": .number(.infinity), "list": .array([]),
      "object": .members([:]), "nested": .array([.members(["a": .null]), .bool(true)]),
    ])
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(document.text.utf8)) as? [String: Any])
    #expect(read[nasty] as? String == nasty)
    #expect(read["n"] as? Double == 0.1)
    #expect(read["inf"] is NSNull)
    #expect((read["nested"] as? [Any])?.count == 2)
  }
}
