import Formats
import Frontend
import IR
import Kernels
import Source
import Syntax

/// Tests a `.net` file as its header says; without one, every expectation of the file must hold.
///
/// What differs from the sidecar is written beside it as `.observed`; `bless` makes it expected.
/// `kernels` are what networks run with.
package func runSpec(
  path: String, bless: Bool = false, kernels: KernelCatalogue = .standard
) -> SpecResult {
  do {
    let file = try SpecFile(path: path)
    let header = try file.header
    let runner = SpecRunner(file: file, bless: bless, kernels: kernels)
    if let header { try runner.run(header) } else { try runner.runEverything() }
    return .passed
  } catch let error as SpecHeader.Malformed {
    return .failed(error.reason)
  } catch let error as FormatError {
    return .failed("\(path): \(error)")
  } catch let failure as SpecFailure {
    return .failed(failure.reason)
  } catch {
    return .failed("\(error)")
  }
}

/// Why a spec does not pass.
struct SpecFailure: Error {
  let reason: String
}

/// One spec on its way through the stages.
struct SpecRunner {
  let file: SpecFile
  let bless: Bool
  let kernels: KernelCatalogue

  func run(_ header: SpecHeader) throws {
    let stage = header.stage
    switch stage {
    case .tokens, .syntax:
      let source = SourceFile(path: file.name, bytes: file.bytes)
      let tree = parse(source, id: SourceID(index: 0)).tree
      try compare(stage == .tokens ? tree.describeTokens() : tree.describeSyntax())
    case .format:
      let source = SourceFile(path: file.name, bytes: file.bytes)
      guard let text = format(parse(source, id: SourceID(index: 0))) else {
        throw SpecFailure(reason: "a file with syntax errors has no format")
      }
      try compare(text)
    case .errors: try runErrors(file.compile().provenDiagnostics)
    case .lints: try runLints(at: header.sizes)
    case .graph: try compare(check().checked.graph.description)
    case .check:
      let (findings, _) = try check()
      if (try? FileReader.read(file.expectedPath)) != nil { try compare(findings) }
    case .plan: try compare(try planText(header, check().checked))
    case .run: try compare(try numbers(header, check().checked), tolerance: 1e-5)
    }
  }

  /// A user's file: no errors, and every expectation holds, those that need a run included.
  ///
  /// Of a file of blocks, which others use, only the syntax can be wrong.
  func runEverything() throws {
    let base = file.compile()
    if !base.program.hasNetwork, base.diagnostics.all.allSatisfy({ $0.code == .noNetwork }) {
      return
    }
    _ = try check()
    guard let elaboration = base.elaboration else { return }
    for expected in try base.program.expectedOutputs(elaboration) {
      let compilation = expected.settings.isEmpty ? base : file.compile(expected.settings)
      guard let network = LoadedNetwork(compilation, path: file.path) else {
        throw SpecFailure(reason: compilation.rendered(compilation.diagnostics))
      }
      guard let failure = expected.failure(in: network, kernels) else { continue }
      var findings = DiagnosticSet()
      findings.add(failure)
      throw SpecFailure(reason: base.rendered(findings))
    }
  }

  /// Compiles and proves; throws where there are errors.
  private func check() throws -> (findings: String, checked: CheckedGraph) {
    let compilation = file.compile()
    let findings = compilation.provenDiagnostics
    let text = compilation.rendered(findings)
    guard !findings.hasErrors, let checked = compilation.checked else {
      throw SpecFailure(reason: text)
    }
    return (text, checked)
  }

  private func runErrors(_ findings: DiagnosticSet) throws {
    let codes = findings.all.map(\.code.id)
    let text = file.compile().rendered(findings)
    guard codes.contains(file.code) else {
      let found = codes.isEmpty ? "nothing" : codes.joined(separator: ", ")
      throw SpecFailure(reason: "expected \(file.code), found \(found)\n\(text)")
    }
    try compare(text)
  }

  private func runLints(at size: Sizes?) throws {
    let (_, checked) = try check()
    let compilation = file.compile()
    guard let elaboration = compilation.elaboration else { return }
    var findings = compilation.provenDiagnostics
    let report = LintReport(checked, elaboration, compilation.program, at: size)
    findings.add(contentsOf: report.findings)
    guard file.isQuiet else { return try runErrors(findings) }
    let text = compilation.rendered(findings)
    guard !findings.all.contains(where: { $0.code.id == file.code }) else {
      throw SpecFailure(reason: "expected no \(file.code)\n\(text)")
    }
    if !findings.isEmpty || (try? FileReader.read(file.expectedPath)) != nil { try compare(text) }
  }

  /// Holds a text against the sidecar.
  private func compare(_ observed: String, tolerance: Double? = nil) throws {
    let bytes = Array(observed.utf8)
    let expected = try? FileReader.read(file.expectedPath)
    if expected == bytes { return }
    if let expected, let tolerance, !bless,
      Self.agree(String(decoding: expected, as: UTF8.self), observed, tolerance: tolerance)
    {
      return
    }
    if bless { return try AtomicFile.write(bytes, to: file.expectedPath) }
    try AtomicFile.write(bytes, to: file.observedPath)
    guard let expected else { throw SpecFailure(reason: "\(file.expectedPath) is missing") }
    throw SpecFailure(
      reason: Self.difference(String(decoding: expected, as: UTF8.self), observed))
  }

  /// The first lines that differ.
  private static func difference(_ expected: String, _ observed: String) -> String {
    let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let observed = observed.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(expected, observed).prefix { $0 == $1 }.count
    func text(_ lines: [Substring]) -> String { line < lines.count ? "\(lines[line])" : "(end)" }
    return """
      line \(line + 1) differs
        expected: \(text(expected))
        observed: \(text(observed))
      """
  }
}

extension Compilation {
  /// Everything found, failed expectations included.
  package var provenDiagnostics: DiagnosticSet {
    var findings = diagnostics
    if let elaboration, checked != nil {
      findings.add(contentsOf: program.proveExpectations(elaboration))
    }
    return findings
  }
}
