import Foundation
import NetC
import TestSupport
import Testing

/// `netc export`: its file, what it says, and what it refuses.
struct ExportTests {
  private let directory: TemporaryDirectory
  private static let small = Repository.path("Tests/Recorded/small.net")
  private static let golden = URL(filePath: Repository.path("Tests/Recorded/small.onnx"))

  init() throws { directory = try TemporaryDirectory() }

  private func export(_ arguments: String..., spec: String = Self.small) -> Outcome {
    netc(["export", spec] + arguments)
  }

  /// The stored file has been read by onnx.checker and run by ONNX Runtime; `NETC_BLESS=1` writes
  /// it anew, and Tests/Zoo/onnx_export.py is to be run then.
  @Test func bytesAreThoseOfTheStoredModel() throws {
    let outcome = export("-o", directory.file("small.onnx"), "--at", "23x31")
    #expect(outcome.code == .done && outcome.messages.isEmpty)
    let found = Data(try directory.bytes("small.onnx"))
    if ProcessInfo.processInfo.environment["NETC_BLESS"] == "1" { try found.write(to: Self.golden) }
    #expect(found == (try Data(contentsOf: Self.golden)))
  }

  @Test func linesNameInputsAndOutputs() {
    let path = directory.file("s.onnx")
    let outcome = export("-o", path, "--output", "logits")
    #expect(outcome.code == .done)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("\(path): "))
    #expect(lines[1] == "  input   image   N x 3 x H x W  float32")
    #expect(lines[2] == "  output  logits  N x 5 x H x W  float32")
  }

  @Test func jsonHasItsKeys() throws {
    let path = directory.file("s.onnx")
    let outcome = export("-o", path, "--at", "23x31", "--json")
    let json = outcome.json
    #expect(json["schema"] as? Int == 1 && json["path"] as? String == path)
    #expect(json["opset"] as? Int == 17)
    #expect(try #require(json["operators"] as? Int) > 15)
    let outputs = try #require(json["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["name"] as? String } == ["logits", "aux"])
    #expect(outputs[0]["shape"] as? [Int] == [1, 5, 23, 31])
    #expect(outputs[0]["type"] as? String == "float32")
    let free = export("-o", path, "--output", "logits", "--json").json
    let inputs = try #require(free["inputs"] as? [[String: Any]])
    #expect(inputs[0]["shape"] as? [AnyHashable] == ["N", 3, "H", "W"])
  }

  @Test func quietSaysNothing() {
    let outcome = export("-o", directory.file("s.onnx"), "--at", "23x31", "-q")
    #expect(outcome.code == .done && outcome.output.isEmpty && outcome.messages.isEmpty)
    #expect(directory.names == ["s.onnx"])
  }

  @Test(arguments: [
    ([], ExitCode.usage, "`export` needs a file to write"),
    (["-o", "OUT", "--at", "0x5"], .usage, "out of range"),
    (["-o", "OUT", "--output", "logit"], .usage, "did you mean `logits`?"),
    (["-o", "OUT"], .usage, "error[N0808]: `aux` can only be exported at a size"),
    (["-o", "OUT/none/x.onnx", "--at", "23x31"], .files, "error[N0803]"),
    (["-o", "/proc/x.onnx", "--at", "23x31"], .files, "error[N0803]"),
    (["-o", "OUT", "-w", "OUT.pth", "--at", "23x31"], .files, "error[N0608]"),
  ])
  func refusals(_ arguments: [String], _ code: ExitCode, _ message: String) {
    let given = arguments.map { $0.replacingOccurrences(of: "OUT", with: directory.file("x")) }
    let outcome = netc(["export", Self.small] + given)
    #expect(outcome.code == code, "\(outcome.messages)")
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(outcome.output.isEmpty && directory.names.isEmpty)
  }

  @Test func sizesThatTheNetworkDoesNotTake() {
    let unet = Repository.path("models/unet/original.net")
    let outcome = export(
      "-o", directory.file("x"), "--at", "64x64", "--random-weights", "1", spec: unet)
    #expect(outcome.code == .failed && directory.names.isEmpty)
  }

  @Test func layersWithoutACounterpart() throws {
    let text = """
      netc 1
      network n {
        input x: tensor[4, H, W] os=16
        input w: windows[R]
        output y = x |> roi_spp[7] windows=w
      }

      """
    let spec = try directory.file("roi.net", text)
    let outcome = export(
      "-o", directory.file("x"), "--at", "57x57", "--random-weights", "1", spec: spec)
    #expect(outcome.code == .files && outcome.messages.contains("error[N0809]"))
    #expect(outcome.messages.contains("roi.net:5:19") && directory.names == ["roi.net"])
  }

  @Test func filesThatAreReadAreNotWrittenOver() throws {
    let bytes = try Data(contentsOf: URL(filePath: Self.small))
    let spec = try directory.file("small.net", [UInt8](bytes))
    let outcome = export("-o", spec, "--at", "23x31", "--random-weights", "1", spec: spec)
    #expect(outcome.code == .usage && outcome.messages.contains("is also read"))
    #expect(Data(try directory.bytes("small.net")) == bytes)
  }

  @Test func aFullDeviceLeavesNoFile() throws {
    let path = directory.file("x.onnx")
    let end = try shell("\"$1\" export '\(Self.small)' --at 23x31 -o '\(path)' > /dev/full")
    #expect(end.code == ExitCode.files.rawValue && directory.names.isEmpty)
  }
}
