import Formats
import Foundation
import IR
import NetC
import Source
import Tensors
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

  /// Tests/Zoo/onnx_export.py holds the stored file against what PyTorch computed; `NETC_BLESS=1`
  /// writes it anew, and the script is to be run then.
  @Test func bytesAreThoseOfTheStoredModel() throws {
    let outcome = export("-o", directory.file("small.onnx"), "--at", "21x27")
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
    let outcome = export("-o", path, "--at", "21x27", "--json")
    let json = outcome.json
    #expect(json["schema"] as? Int == 1 && json["path"] as? String == path)
    #expect(json["opset"] as? Int == 17)
    #expect(try #require(json["operators"] as? Int) > 15)
    let outputs = try #require(json["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["name"] as? String } == ["logits", "aux"])
    #expect(outputs[0]["shape"] as? [Int] == [1, 5, 21, 27])
    #expect(outputs[0]["type"] as? String == "float32")
    let free = export("-o", path, "--output", "logits", "--json").json
    let inputs = try #require(free["inputs"] as? [[String: Any]])
    #expect(inputs[0]["shape"] as? [AnyHashable] == ["N", 3, "H", "W"])
  }

  @Test func quietSaysNothing() {
    let outcome = export("-o", directory.file("s.onnx"), "--at", "21x27", "-q")
    #expect(outcome.code == .done && outcome.output.isEmpty && outcome.messages.isEmpty)
    #expect(directory.names == ["s.onnx"])
  }

  @Test(arguments: [
    ([], ExitCode.usage, "`export` needs a file to write"),
    (["-o", "OUT", "--at", "0x5"], .usage, "out of range"),
    (["-o", "OUT", "--output", "logit"], .usage, "did you mean `logits`?"),
    (["-o", "OUT"], .usage, "error[N0808]: `aux` can only be exported at a size"),
    (["-o", "OUT/none/x.onnx", "--at", "21x27"], .files, "error[N0803]"),
    (["-o", "/proc/x.onnx", "--at", "21x27"], .files, "error[N0803]"),
    (["-o", "OUT", "-w", "OUT.pth", "--at", "21x27"], .files, "error[N0608]"),
  ])
  func refusals(_ arguments: [String], _ code: ExitCode, _ message: String) {
    let given = arguments.map { $0.replacingOccurrences(of: "OUT", with: directory.file("x")) }
    let outcome = netc(["export", Self.small] + given)
    #expect(outcome.code == code, "\(outcome.messages)")
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(outcome.output.isEmpty && directory.names.isEmpty)
  }

  /// Every value is made once, and before it is read; nothing is made that nothing reads.
  @Test(arguments: Repository.networks)
  func everyNetworkBecomesAWellFormedGraph(_ path: String) throws {
    let compilation = try SourceLoader.compile(path)
    let checked = try #require(compilation.checked)
    let height = try #require((1...600).first { checked.admissible.height.contains($0) })
    let width = try #require((1...600).first { checked.admissible.width.contains($0) })
    let fixed = try GraphExporter.export(
      checked, checked.graph.outputs, at: Sizes(height: height, width: width))
    isWellFormed(fixed)
    do throws(Diagnostic) {
      isWellFormed(try GraphExporter.export(checked, checked.graph.outputs, at: nil))
    } catch {
      #expect(error.code == .exportNeedsSize)
    }
  }

  private func isWellFormed(_ graph: ExportedGraph) {
    var made = Set(graph.inputs.map(\.name) + graph.constants.map(\.name))
    #expect(made.count == graph.inputs.count + graph.constants.count)
    for node in graph.nodes {
      #expect(made.isSuperset(of: node.inputs.filter { !$0.isEmpty }), "\(node.name)")
      for output in node.outputs {
        #expect(made.insert(output).inserted, "\(output) is made twice")
      }
    }
    #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
    let read = Set(graph.nodes.flatMap(\.inputs) + graph.outputs.map(\.name))
    #expect(read.isSuperset(of: made.subtracting(graph.inputs.map(\.name))))
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
    let outcome = export("-o", spec, "--at", "21x27", "--random-weights", "1", spec: spec)
    #expect(outcome.code == .usage && outcome.messages.contains("is also read"))
    #expect(Data(try directory.bytes("small.net")) == bytes)
  }

  @Test func aFullDeviceLeavesNoFile() throws {
    let path = directory.file("x.onnx")
    let end = try shell("\"$1\" export '\(Self.small)' --at 21x27 -o '\(path)' > /dev/full")
    #expect(end.code == ExitCode.files.rawValue && directory.names.isEmpty)
  }
}
