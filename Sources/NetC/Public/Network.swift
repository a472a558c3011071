import Formats
import Frontend
import IR
import Source
import Tensors

/// Why a network could not be compiled or run, as `netc` would say it.
public struct NetcError: Error, Sendable, CustomStringConvertible {
  /// The stable code of the first error, such as `N0312`; `netc explain` knows it.
  public let code: String
  /// Everything found, with its places, one line or more each.
  public let description: String

  init(_ findings: DiagnosticSet, _ sources: SourceMap = SourceMap()) {
    code = findings.all.first { $0.severity == .error }?.code.id ?? ""
    description = DiagnosticRenderer(sources: sources).render(findings)
  }

  init(_ finding: Diagnostic, _ sources: SourceMap = SourceMap()) {
    var findings = DiagnosticSet()
    findings.add(finding)
    self.init(findings, sources)
  }
}

/// A `.net` file that was read, elaborated and proved for all image sizes.
public struct Network: Sendable {
  let loaded: LoadedNetwork
  /// Warnings, as `netc check` draws them; empty where there are none.
  public let warnings: String

  /// Reads and proves a file; `settings` are parameters of the network, as after `--set`.
  public init(path: String, settings: [String: String] = [:]) throws(NetcError) {
    let compilation: Compilation
    do throws(Diagnostic) {
      var constants: [(name: String, value: Constant)] = []
      for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
        guard let constant = ConstantText.constant(Substring(text)) else {
          throw Diagnostic(
            .wrongType, "`\(name)` cannot be `\(text)`", path: path,
            help: "write a number, yes, no, a size such as 3x3, a word or a list: [1,2,4]")
        }
        constants.append((name, constant))
      }
      compilation = try SourceLoader.compile(path, constants)
    } catch {
      throw NetcError(error)
    }
    guard let loaded = LoadedNetwork(compilation) else {
      throw NetcError(compilation.diagnostics, compilation.program.sources)
    }
    self.loaded = loaded
    warnings = compilation.rendered(compilation.diagnostics)
  }

  public var name: String { loaded.graph.name }

  /// Trainable parameters.
  public var parameterCount: Int { loaded.graph.parameterCount }

  /// Names of the outputs, in the order of the file.
  public var outputs: [String] { loaded.graph.outputs.map(\.name) }

  /// Whether the network exists at an image size.
  public func admits(height: Int, width: Int) -> Bool {
    loaded.checked.admissible.contains(Sizes(height: height, width: width))
  }

  /// The admissible heights and widths in words: `H mod 32 in {0, 31}`.
  public var admissibleSizes: (height: String, width: String) {
    let admissible = loaded.checked.admissible
    return (admissible.height.text("H"), admissible.width.text("W"))
  }

  /// The network with weights, ready to run: of a file, or the one that the network names.
  public func model(weights path: String? = nil) throws(NetcError) -> Model {
    try Model(self, path: path, seed: nil)
  }

  /// The network with the random weights of a seed.
  public func model(randomSeed seed: UInt32) throws(NetcError) -> Model {
    try Model(self, path: nil, seed: Int(seed))
  }
}
