import Formats
import Frontend
import IR
import Planning
import Source
import Syntax
import Tensors

/// `netc show FILE`: the layer table, and the graph as a picture.
package enum ShowCommand: Command {
  package static let name = "show"
  package static let summary = "print the layer table, or draw the graph"
  package static let examples = [
    "netc show models/deeplabv3plus.net --at 513x513",
    "netc show models/deeplabv3plus.net --svg deeplabv3plus.svg",
    "netc show models/deeplabv3plus.net --dot -v | dot -Tpdf > graph.pdf",
  ]
  package static let operands = "FILE"
  package static let options: [CommandOption] = [
    .at, .outputStride, .set, .json, svg, dot, emit, .warnings,
  ]
  package static let notes = """
    Arithmetic that only a convolution feeds (bn, relu) is folded into its line, and a picture
    shows a block as one box; -v unfolds both. K_eff is the span of a kernel with its rate, os
    the output stride, rf the receptive field, live taps the mean number of taps of a kernel
    that see the map. With -v, start is the pixel of the image on which the first sample lies (the
    next is os further on), and reads the cells that a series of windows reads of those it spans.
    --emit prints what the compiler makes of the file on its way: its tokens,
    its syntax tree, the graph, or (with --at) the plan that `run` executes.
    """

  private static let svg = CommandOption("svg", .text("PATH"), "draw the graph into a file")
  private static let dot = CommandOption("dot", .flag, "print the graph for Graphviz")
  private static let emit = CommandOption(
    "emit", .text("STAGE"), "print tokens, syntax, graph or plan instead")

  private enum Stage: String, CaseIterable {
    case tokens, syntax, graph, plan
  }

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let path = try arguments.file(of: self)
    let network = try CompiledNetwork(path, arguments, &console)
    guard let checked = network.checked else { return network.exitCode }
    let sizes = arguments.size(.at)
    if let name = arguments.text(emit) {
      guard let stage = Stage(rawValue: name) else {
        let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError(
          "`--emit` cannot be `\(DiagnosticText.printable(name))`", help: "it is one of \(known)")
      }
      try console.output.write(try text(of: stage, network.compilation, checked, sizes))
      return network.exitCode
    }
    if arguments.has(svg) || arguments.has(dot) {
      let diagram = Diagram(checked, at: sizes, isExpanded: console.isVerbose)
      if let target = arguments.text(svg) {
        do {
          try AtomicFile.write(Array(diagram.svg.utf8), to: target)
        } catch {
          throw Diagnostic.unwritable(target, error)
        }
      }
      if arguments.has(dot) { try console.output.write(diagram.dot) }
      return network.exitCode
    }
    let isJSON = arguments.has(.json)
    let table = LayerTable(checked, at: sizes, isFolded: !isJSON && !console.isVerbose)
    try console.output.write(isJSON ? table.json.text : table.text)
    return network.exitCode
  }

  private static func text(
    of stage: Stage, _ compilation: Compilation, _ checked: CheckedGraph, _ sizes: Sizes?
  ) throws -> String {
    switch stage {
    case .tokens: return compilation.program.parsed.tree.describeTokens()
    case .syntax: return compilation.program.parsed.tree.describeSyntax()
    case .graph: return checked.graph.description
    case .plan:
      guard let sizes else {
        throw UsageError("a plan is made for one image size", help: "add `--at 513x513`")
      }
      do throws(PlanError) {
        return try plan(checked, at: sizes).description
      } catch {
        throw Diagnostic(.tooMuchMemory, error.description, path: compilation.path)
      }
    }
  }
}
