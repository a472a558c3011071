import Formats
import Frontend
import IR
import Runtime
import Source
import Tensors

/// `netc verify FILE --against ref.npz`: the values of a network beside recorded ones.
package enum VerifyCommand: Command {
  package static let name = "verify"
  package static let summary = "compare with a recorded run, and name what differs first and why"
  package static let examples = [
    "netc verify deeplab.net -w deeplab.pth --against ref.npz",
    "netc verify deeplab.net -w deeplab.pth --against ref.npz --image street.png",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .against, .image, .weights, .randomWeights, .rename, .ignore, .tolerance, .trials, .output,
    .outputStride, .set, .warnings, .json,
  ]
  package static let notes = """
    The recording is a .npz file: the array `input` that the run began with (or `--image`, which
    is prepared as `netc run` does it), layers and block instances under their labels, results under
    the names of the network's outputs. models/record.py writes one for any PyTorch module.

    Values are compared in the order of the graph: shape, and the L2 norm of the difference over
    that of the recorded value with each channel's mean taken away, but no less than a tenth of its
    norm; 1e-5 is tolerated. Class indices may differ in one position of a thousand. A container
    (`layer1`, where layer1.0 is a label) is its last layer, or what follows that in the pipe.

    At the first value that differs the layers since those that agree are run from the recorded
    values, with one convention changed at a time: padding, ceil or floor, count_include_pad, bn eps,
    rates, resize grid, align_corners, layout of the weights, channel order, mean and std. Every
    change that makes it equal is printed. Values that differ although their layers agree from the
    recorded values, because roundings add up, are passed over.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    guard let against = arguments.text(.against) else {
      throw UsageError("`verify` needs `--against`", help: "write `\(examples[0])`")
    }
    let tolerance = try tolerance(arguments)
    let network = try LoadedNetwork(path, arguments, &console)
    return try network.reporting(&console) { console in
      try run(network, against, tolerance, arguments, &console)
    }
  }

  private static func tolerance(_ arguments: Arguments) throws(UsageError) -> Double {
    guard let text = arguments.text(.tolerance) else { return 1e-5 }
    guard let value = Double(text), value > 0, value.isFinite else {
      throw UsageError(
        "`--tolerance` cannot be `\(DiagnosticText.printable(text))`", help: "write `1e-5`")
    }
    return value
  }

  private static func run(
    _ network: LoadedNetwork, _ against: String, _ tolerance: Double, _ arguments: Arguments,
    _ console: inout Console
  ) throws -> ExitCode {
    let outputs = try arguments.texts(.output).map { try network.graph.output(named: $0) }
    let recording = try Recording(path: against)
    let input = try VerificationInput(network.checked, recording, image: arguments.text(.image))
    let choice = try WeightsChoice(
      given: arguments.text(.weights), seed: arguments.integer(.randomWeights),
      facts: network.facts, spec: network.path)
    let line = ProgressLine(isWanted: !console.isQuiet)
    defer { line.clear() }
    let taps = try TapSelection(network, recording, input, outputs: outputs)
    let weights = try network.tensors(choice, for: taps.values, &console)
    let verification = try Verification(
      network, weights: weights, recording, input, taps, tolerance: tolerance,
      control: RunControl(progress: { line.show($0, of: network.path) }))
    let report = VerificationReport(
      network: network, verification: verification, tolerance: tolerance)
    let isText = !arguments.has(.json) && !console.isQuiet
    line.clear()
    if isText { try show(report.comparison, &console) }
    let doctor = ParityDoctor(
      place: TrialPlace(network: network, input: input, shapes: taps.shapes),
      verification: verification, recording: recording, weights: weights, tolerance: tolerance,
      maximumTrials: arguments.integer(.trials) ?? 400)
    let finding = try doctor.finding { line.show($0, of: "trying conventions") }
    line.clear()
    if arguments.has(.json) { try console.output.write(report.document(finding).text) }
    if isText { try show(report.conclusion(finding), &console) }
    return verification.firstDifference == nil ? .done : .failed
  }

  /// Lines that are seen before what comes next is computed.
  private static func show(_ lines: [String], _ console: inout Console) throws {
    for line in lines { try console.print(line) }
    try console.output.flush()
  }
}

extension CommandOption {
  package static let against = CommandOption(
    "against", .text("REF.npz"), "the recording to compare with")
  package static let image = CommandOption(
    "image", .text("PIC"), "the picture that was recorded, instead of the recording's input")
  package static let tolerance = CommandOption(
    "tolerance", .text("T"), "the relative L2 distance up to which values agree: 1e-5")
  package static let trials = CommandOption(
    "trials", .integer(0...1_000_000), "changes of conventions to try at most: 400")
}
