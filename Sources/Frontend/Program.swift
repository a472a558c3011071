import IR
import Source
import Syntax
import Tensors

/// A parsed file with everything it uses, ready to be elaborated with settings.
package struct Program: Sendable {
  package let sources: SourceMap
  /// Findings of lexing, parsing and loading.
  package let diagnostics: DiagnosticSet
  package let parsed: ParsedFile
  package let root: SourceID
  let loader: ModuleLoader
  let network: NetworkDeclaration?

  /// Reads a file and what it uses; `read` fetches files named by `use "./x.net"`.
  package init(path: String, bytes: [UInt8], read: @escaping SourceReader) {
    var sources = SourceMap()
    root = sources.add(SourceFile(path: path, bytes: bytes))
    var loader = ModuleLoader(sources: sources, read: read)
    let module = loader.loadRoot(root)
    var diagnostics = loader.diagnostics
    let networks = loader.modules[module].file.declarations.compactMap { declaration in
      if case .network(let network) = declaration { network } else { nil }
    }
    network = networks.first
    if !diagnostics.hasErrors {
      if networks.count > 1 {
        diagnostics.add(.severalNetworks(networks[1].name, networks[0].name))
      }
      if networks.isEmpty {
        let first = loader.modules[module].file.declarations.first
        diagnostics.add(.noNetwork(at: first?.place ?? Span(source: root, lower: 0, upper: 0)))
      }
    }
    parsed = loader.root
    self.loader = loader
    self.sources = loader.sources
    self.diagnostics = diagnostics
  }

  /// The lints that comments of the user's own files allow.
  package var allowances: [Allowance] { loader.allowances }

  /// The files that are text of the embedded library.
  package var libraries: Set<SourceID> { loader.libraries }

  package var hasNetwork: Bool { network != nil }

  /// Names and defaults of the network's parameters, for help.
  package var parameterNames: [String] { network?.parameters.map(\.name.text) ?? [] }

  /// The graph of the network with some parameters set; nil where the file has none or errors.
  ///
  /// `atrous` is the rule of every `os=` instance, whatever it says.
  package func elaborate(
    _ settings: [(name: String, value: Constant)] = [], atrous: AtrousRule? = nil
  ) -> Elaboration? {
    guard let network, !diagnostics.hasErrors else { return nil }
    var elaborator = Elaborator(loader: loader, name: network.name.text, module: 0)
    elaborator.scope.isNetwork = true
    elaborator.atrousRule = atrous
    let bound = elaborator.bindSettings(settings, of: network)
    if !elaborator.diagnostics.hasErrors {
      elaborator.run(network.body)
      elaborator.checkEnds(of: network)
    }
    return Elaboration(
      facts: elaborator.facts, diagnostics: elaborator.diagnostics, settings: bound,
      builder: elaborator.builder, frame: elaborator.scope.frames[0])
  }
}

extension Elaborator {
  fileprivate mutating func bindSettings(
    _ settings: [(name: String, value: Constant)], of network: NetworkDeclaration
  ) -> [(name: String, value: Constant)] {
    let known = network.parameters.map(\.name.text)
    for setting in settings where !known.contains(setting.name) {
      report(.unknownSetting(setting.name, of: network, at: network.name.span))
    }
    var bound: [(name: String, value: Constant)] = []
    for parameter in network.parameters {
      let name = parameter.name.text
      let setting = settings.last { $0.name == name }?.value
      var constant = setting
      var span = parameter.span
      if setting == nil, let value = parameter.defaultValue {
        span = value.span
        if case .constant(let given) = argument(value) { constant = given }
      }
      do {
        guard let constant else { throw Diagnostic.unsetParameter(parameter, network) }
        // A word from outside is no name of the file.
        if case .word? = setting, parameter.kind != .activation {
          throw Diagnostic.wrongType(
            name, of: network.name.text, parameter.kind.text, constant, at: span)
        }
        let value = try convert(constant, to: parameter, of: network.name.text, at: span)
        bound.append((name, value))
        bind(parameter.name, .constant(value))
      } catch let diagnostic as Diagnostic {
        report(diagnostic)
      } catch {
        return bound
      }
    }
    return bound
  }

  fileprivate mutating func checkEnds(of network: NetworkDeclaration) {
    guard !diagnostics.hasErrors else { return }
    if builder.graph.inputs.isEmpty {
      report(.noEnd("input", network.name))
    } else if builder.graph.outputs.isEmpty {
      report(.noEnd("output", network.name))
    }
  }
}

extension Declaration {
  fileprivate var place: Span {
    switch self {
    case .use(let use): use.span
    case .block(let block): block.name.span
    case .network(let network): network.name.span
    }
  }
}

extension Diagnostic {
  fileprivate static func noNetwork(at span: Span) -> Diagnostic {
    Diagnostic(
      .noNetwork, "there is no network in this file", at: span,
      help: "add `network name { input … output … }`")
  }

  fileprivate static func severalNetworks(_ second: Name, _ first: Name) -> Diagnostic {
    Diagnostic(
      .noNetwork, "a file holds one network; `\(second.text)` is the second", at: second.span,
      notes: [Note("the first", at: first.span)],
      help: "move it to a file of its own and share blocks with `use \"./shared.net\"`")
  }

  static func unknownSetting(
    _ name: String, of network: NetworkDeclaration, at span: Span
  ) -> Diagnostic {
    let known = network.parameters.map(\.name.text)
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    let help =
      nearest(name, among: known).map { "did you mean `\($0)`?" }
      ?? (known.isEmpty ? "it has no parameters" : "its parameters are \(list)")
    if name == "os" {
      return Diagnostic(
        .noOutputStrideSetting, "`\(network.name.text)` has no parameter `os` to set",
        at: span,
        help: "declare it: `network \(network.name.text)(os: int = 16)`, and use it: `… os=os`")
    }
    return Diagnostic(
      .unknownSetting, "`\(network.name.text)` has no parameter `\(name)`", at: span, help: help)
  }

  fileprivate static func unsetParameter(
    _ parameter: ParameterDeclaration, _ network: NetworkDeclaration
  ) -> Diagnostic {
    Diagnostic(
      .missingArgument, "the parameter `\(parameter.name.text)` has no value", at: parameter.span,
      help: "give it a default, or set it: `--set \(parameter.name.text)=…`")
  }

  fileprivate static func noEnd(_ what: String, _ name: Name) -> Diagnostic {
    Diagnostic(
      .noInputOrOutput, "the network `\(name.text)` declares no \(what)", at: name.span,
      help: what == "input" ? "add `input image: rgb[H, W]`" : "add `output logits = …`")
  }
}
