import Formats
import Frontend
import IR
import Runtime
import Source
import Tensors

/// A spec file compiled without errors.
package struct LoadedNetwork: Sendable {
  package let path: String
  package let program: Program
  package let checked: CheckedGraph
  package let elaboration: Elaboration
  /// The texts that findings point into: those of the program and rules of the command line.
  package private(set) var sources: SourceMap
  /// From a checkpoint's names to the network's: those of the command line, then the network's.
  package private(set) var rules: [RenameRule]

  package var facts: NetworkFacts { elaboration.facts }
  package var graph: Graph { checked.graph }

  /// Compiles a file with `--set`, `--os`, `--rename` and `--ignore`; findings are reported, and
  /// errors among them end the command.
  package init(_ path: String, _ arguments: Arguments, _ console: inout Console) throws {
    try self.init(path, arguments, arguments.settings, &console)
  }

  /// The same with other settings than those of `--set` and `--os`.
  package init(
    _ path: String, _ arguments: Arguments, _ settings: [(name: String, value: Constant)],
    _ console: inout Console
  ) throws {
    let compilation = try SourceLoader.compile(path, settings)
    let code = console.report(compilation.diagnostics, compilation.program.sources)
    guard code == .done, var network = LoadedNetwork(compilation) else {
      throw ReportedFailure(code: max(code, .failed))
    }
    network.rules.insert(
      contentsOf: try arguments.rules(&network.sources, &console), at: 0)
    self = network
  }

  /// Nil where the file has errors; `path` is where it lies, if the compilation calls it otherwise.
  package init?(_ compilation: Compilation, path: String? = nil) {
    guard let checked = compilation.checked, let elaboration = compilation.elaboration else {
      return nil
    }
    self.path = path ?? compilation.path
    program = compilation.program
    self.checked = checked
    self.elaboration = elaboration
    sources = compilation.program.sources
    rules = elaboration.facts.rules
  }

  /// The weights by parameter index, of the file or the seed that was chosen; only what some
  /// values need is read.
  package func bind(
    _ choice: WeightsChoice, for values: [ValueID]
  ) throws(Diagnostic) -> WeightBinding {
    try checkMemory()
    switch choice {
    case .random(let seed): return WeightBinding(graph.parameters, seed: seed, path: path)
    case .file(let file):
      return WeightBinding(
        graph.parameters, rules: rules, source: try openWeights(file),
        needed: graph.parameters(neededBy: values), settings: elaboration.settings)
    }
  }

  /// The same for a command, read as they are packed: findings are reported, and errors among them
  /// end it.
  package func weights(
    _ choice: WeightsChoice, for values: [ValueID], _ console: inout Console
  ) throws -> WeightStore {
    let binding = try bind(choice, for: values)
    try report(binding.diagnostics, &console)
    return binding.store
  }

  /// The same for the weights that a command line chooses, for what some outputs need.
  func weights(
    _ arguments: Arguments, for outputs: [GraphOutput], _ console: inout Console
  ) throws -> WeightStore {
    let choice = try WeightsChoice(
      given: arguments.text(.weights), seed: arguments.integer(.randomWeights), facts: facts,
      spec: path)
    return try weights(choice, for: outputs.map(\.value), &console)
  }

  /// The same, all at once.
  package func tensors(
    _ choice: WeightsChoice, for values: [ValueID], _ console: inout Console
  ) throws -> [Tensor] {
    let bound = try bind(choice, for: values).read()
    try report(bound.diagnostics, &console)
    return bound.tensors
  }

  /// Findings on what the sources point to; errors among them end the command.
  package func report(_ findings: DiagnosticSet, _ console: inout Console) throws {
    let code = console.report(findings, sources)
    if code != .done { throw ReportedFailure(code: code) }
  }

  /// A warning about weights that have been read.
  package func report(_ finding: Diagnostic?, _ console: inout Console) throws {
    guard let finding else { return }
    var findings = DiagnosticSet()
    findings.add(finding)
    try report(findings, &console)
  }

  /// Weights that pass what is free are refused before any is made.
  private func checkMemory() throws(Diagnostic) {
    let limit = MachineMemory.budget()
    var bytes = 0
    for parameter in graph.parameters {
      // A shape's bytes stay below 2^62, so one addition below 2^62 cannot overflow.
      bytes += parameter.shape.count * MemoryLayout<Float>.stride
      if bytes > limit { throw .weightsTooLarge(path, bytes: bytes, limit: limit) }
    }
  }

  /// Runs a command's work; a finding of it is drawn with this network's sources.
  package func reporting<Result>(
    _ console: inout Console, _ work: (inout Console) throws -> Result
  ) throws -> Result {
    do {
      return try work(&console)
    } catch let finding as Diagnostic {
      var findings = DiagnosticSet()
      findings.add(finding)
      throw ReportedFailure(code: console.report(findings, sources))
    }
  }
}

extension Arguments {
  /// `--rename` and `--ignore` in the order given.
  fileprivate func rules(
    _ sources: inout SourceMap, _ console: inout Console
  ) throws -> [RenameRule] {
    var rules: [RenameRule] = []
    var findings = DiagnosticSet()
    for (option, text) in texts(of: [.rename, .ignore]) {
      let read = RenameRule.read(flag: option.spelling, option.name, text, &sources)
      findings.add(contentsOf: read.diagnostics)
      if let rule = read.rule { rules.append(rule) }
    }
    guard console.report(findings, sources) == .done else {
      throw ReportedFailure(code: .usage)
    }
    return rules
  }
}

extension Diagnostic {
  fileprivate static func weightsTooLarge(_ path: String, bytes: Int, limit: Int) -> Diagnostic {
    Diagnostic(
      .tooMuchMemory,
      "the weights need \(byteText(bytes)), \(byteText(limit)) may be used", path: path)
  }
}
