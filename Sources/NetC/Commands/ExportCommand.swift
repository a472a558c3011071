import Formats
import IR
import Source
import Tensors

/// `netc export FILE -o x.onnx`: the network with its weights for other programs.
package enum ExportCommand: Command {
  package static let name = "export"
  package static let summary = "write a network with its weights as ONNX"
  package static let examples = [
    "netc export models/scenes.net -o scenes.onnx",
    "netc export models/scenes.net -o scenes.onnx --at 160x160 --output logits",
    "netc export models/deeplabv3plus.net -o deeplab.onnx -w deeplab.pth",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .modelFile, .at, .output, .weights, .rename, .ignore, .randomWeights, .outputStride, .set,
    .warnings, .json,
  ]
  package static let notes = """
    With --at every dimension is a number and the batch is one image; without, the batch, H and W
    stay symbols. A layer whose operators depend on the size, such as adaptive pooling, asks for
    --at. All outputs are written unless --output picks some.

    The model takes what `netc run` takes as .npy: float32, N x C x H x W, already normalized.
    Labels are int64 without a channel axis. Operators are those of version 17.
    Weights have the names of the network. A model of 2 GiB and more is refused: the format ends
    there.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    guard let target = arguments.text(.modelFile) else {
      throw UsageError("`export` needs a file to write", help: "write `\(examples[0])`")
    }
    let network = try LoadedNetwork(path, arguments, &console)
    return try network.reporting(&console) { console in
      try run(network, target, arguments, &console)
    }
  }

  private static func run(
    _ network: LoadedNetwork, _ target: String, _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let sizes = arguments.size(.at)
    if let sizes,
      let refusal = network.checked.refusal(height: sizes.height, width: sizes.width)
    {
      throw refusal
    }
    let outputs = try outputs(of: network.graph, named: arguments.texts(.output))
    let choice = try WeightsChoice(
      given: arguments.text(.weights), seed: arguments.integer(.randomWeights),
      facts: network.facts, spec: network.path)
    var read = [network.path]
    if case .file(let path) = choice { read.append(path) }
    try DestinationRules.check([target], against: read)
    let exported = try GraphExporter.export(network.checked, outputs, at: sizes)
    let weights = try network.tensors(choice, for: outputs.map(\.value), &console)
    let report = ExportReport(exported, path: target)
    let isQuiet = console.isQuiet
    let line = ProgressLine(isWanted: !isQuiet)
    defer { line.clear() }
    try AnnouncedFile.write(to: target) { file throws(FormatError) in
      try ONNXWriter.write(
        exported.model(weights), to: &file, progress: { line.show($0, of: target) })
    } announce: {
      line.clear()
      if arguments.has(.json) {
        try console.output.write(report.document.text)
      } else if !isQuiet {
        for line in report.lines { try console.print(line) }
      }
      try console.output.flush()
    }
    return .done
  }

  /// The outputs of some names, each once; all without a name.
  private static func outputs(
    of graph: Graph, named names: [String]
  ) throws -> [GraphOutput] {
    if names.isEmpty { return graph.outputs }
    var outputs: [GraphOutput] = []
    for name in names where !outputs.contains(where: { $0.name == name }) {
      outputs.append(try graph.output(named: name))
    }
    return outputs
  }
}

extension CommandOption {
  fileprivate static let modelFile = CommandOption(
    "out", short: "o", .text("PATH"), "the file to write")
}
