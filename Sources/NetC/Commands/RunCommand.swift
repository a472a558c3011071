import Formats
import Frontend
import IR
import Runtime
import Source

/// `netc run FILE INPUT...`: compile, run and write what came out.
package enum RunCommand: Command {
  package static let name = "run"
  package static let summary = "run a network on pictures or arrays, and write masks or tensors"
  package static let examples = [
    "netc run models/scenes.net street.jpg",
    "netc run models/scenes.net street.jpg -o street.png --overlay",
    "netc run models/deeplabv3plus.net street.jpg --random-weights 1 --output logits -o logits.npy",
  ]
  package static let operands = "FILE INPUT..."
  package static let options: [CommandOption] = [
    .weights, .rename, .ignore, .randomWeights, .destination, .overlay, .oneOutput, .input,
    .threads, .isa, .winograd, .precision, .reference, .outputStride, .set, .warnings, .json,
  ]
  package static let notes = """
    Inputs are .ppm, .pgm, .png and .jpg pictures, turned upright as their EXIF says, or .npy arrays
    of float32, [C,H,W] or [N,C,H,W], taken as already normalized. The end of PATH decides what is
    written: .pgm and .png hold class indices (PNG with the palette), .ppm colours, .npy the tensor:
    labels as int32 without a channel axis, everything else as float32. Without PATH labels become
    NAME.labels.png in the current directory (.labels.pgm where libpng is absent) and maps
    NAME.OUTPUT.npy; vectors are only printed. With several inputs PATH is a directory.

    Classes have the names of the network's legend where it has as many of them as the network.

    A picture that `fit=` padded, cropped or resampled gets a mask of its own size: each pixel
    takes the nearest label. Tensors lose only padding. The five likeliest classes are shown with
    their softmax, or as they are where the network's scores are probabilities.

    WEIGHTS is a .safetensors, .pth, .pt or .npz file; nothing in it is executed.
    --rename and --ignore fit the names of WEIGHTS to the network, as `netc weights` shows.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let files = try arguments.files(of: self)
    let network = try LoadedNetwork(files[0], arguments, &console)
    return try network.reporting(&console) { console in
      try run(network, Array(files.dropFirst()), arguments, &console)
    }
  }

  private static func run(
    _ network: LoadedNetwork, _ operands: [String], _ arguments: Arguments,
    _ console: inout Console
  ) throws -> ExitCode {
    let output = try network.graph.output(named: arguments.text(.oneOutput))
    let inputs = try RunInputs(
      network.graph, output, operands: operands, named: arguments.texts(.input))
    let choice = try WeightsChoice(
      given: arguments.text(.weights), seed: arguments.integer(.randomWeights),
      facts: network.facts, spec: network.path)
    let targets = try destinations(network, output, inputs, choice, arguments, &console)
    let session = Session(
      network.checked, try network.weights(choice, for: [output.value], &console),
      outputs: [output], kernels: try arguments.kernels, threads: arguments.threads)
    var job = try RunJob(
      network, session, output: output, named: inputs.others, isOverlay: arguments.has(.overlay))
    let color = console.color && (arguments.text(.color) == "always" || Environment.isTerminal(1))
    let report = RunReport(job.palette, output.name, color: color)
    var results: [RunJob.Result] = []
    var code = ExitCode.done
    let isOne = inputs.primary.count == 1
    for (path, target) in zip(inputs.primary, targets) {
      do {
        let line = ProgressLine(isWanted: !console.isQuiet)
        defer { line.clear() }
        let control = RunControl(progress: { line.show($0, of: path) })
        let warn = { (finding: Diagnostic) in
          line.clear()
          try network.report(finding, &console)
        }
        let result = try job.run(path, to: target, control: control, warn: warn) { result in
          line.clear()
          if arguments.has(.json) {
            if isOne { try console.output.write(report.document([result]).text) }
          } else if !console.isQuiet {
            for line in report.lines(result, isOneOfMany: !isOne) { try console.print(line) }
          }
          try console.output.flush()
        }
        results.append(result)
      } catch let finding as Diagnostic {
        // One bad file of many does not keep the others from being run.
        var findings = DiagnosticSet()
        findings.add(finding)
        code = max(code, console.report(findings, network.sources))
      }
    }
    if arguments.has(.json), !isOne {
      try console.output.write(report.document(results).text)
    }
    return code
  }

  private static func destinations(
    _ network: LoadedNetwork, _ output: GraphOutput, _ inputs: RunInputs, _ choice: WeightsChoice,
    _ arguments: Arguments, _ console: inout Console
  ) throws -> [Destination?] {
    let png = SystemLibraries.available().first { $0.name == "libpng" }
    let type = network.graph[output.value].type
    let rules = DestinationRules(
      output: output, type: type, isOverlay: arguments.has(.overlay), hasPNG: png?.path != nil)
    let given = arguments.text(.destination)
    let found = try rules.destinations(for: inputs.primary, given: given)
    var read = [network.path] + inputs.primary + inputs.others.values
    if case .file(let path) = choice { read.append(path) }
    try DestinationRules.check(found.compactMap { $0?.path }, against: read)
    if let png, png.path == nil, type.isLabelMap, found.contains(where: { $0?.path != given }) {
      console.say(
        "netc: note: libpng is absent, so masks are written as \(found[0]?.kind.rawValue ?? ""); "
          + "`apt-get install \(png.package)` brings it")
    }
    return found
  }
}

extension CommandOption {
  package static let destination = CommandOption(
    "out", short: "o", .text("PATH"), "the file to write, or a directory for several inputs")
  package static let overlay = CommandOption(
    "overlay", .flag, "draw the labels over the picture")
  package static let oneOutput = CommandOption(
    "output", .text("NAME"), "compute this output instead of the labels or scores")
  package static let input = CommandOption(
    "input", .text("NAME=PATH"), "the file of a second input", isRepeatable: true)
}
