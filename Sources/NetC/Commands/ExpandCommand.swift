import Frontend
import IR

/// `netc expand FILE`: the flat network, in the language.
package enum ExpandCommand: Command {
  package static let name = "expand"
  package static let summary = "write the network without blocks and loops"
  package static let examples = [
    "netc expand models/deeplabv3plus.net",
    "netc expand models/deeplabv3plus.net --os 8 > dense.net",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [.outputStride, .set, .warnings]
  package static let notes = """
    Every layer stands with its literal stride, rate and pads and with the full path of its
    weights; the text is a network that gives the same graph, for the sizes of the original.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let network = try CompiledNetwork(arguments.file(of: self), arguments, &console)
    guard let checked = network.checked, let elaboration = network.elaboration else {
      return network.exitCode
    }
    try console.output.write(Expansion.text(checked, elaboration.facts))
    return network.exitCode
  }
}
