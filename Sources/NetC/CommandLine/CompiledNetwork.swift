import Frontend
import IR
import Source

/// The network of a command that takes one: compiled with `--set` and `--os`, refused at a size
/// outside `--at`, findings reported.
package struct CompiledNetwork {
  package let compilation: Compilation
  /// The network, where nothing stands against the command going on.
  package let checked: CheckedGraph?
  package let elaboration: Elaboration?
  /// What the findings lead to.
  package let exitCode: ExitCode

  package init(
    _ path: String, _ arguments: Arguments, _ console: inout Console
  ) throws(Diagnostic) {
    compilation = try SourceLoader.compile(path, arguments.settings)
    var findings = compilation.diagnostics
    if let sizes = arguments.size(.at),
      let refusal = compilation.checked?.refusal(height: sizes.height, width: sizes.width)
    {
      findings.add(refusal)
    }
    exitCode = console.report(findings, compilation.program.sources)
    checked = findings.hasErrors ? nil : compilation.checked
    elaboration = compilation.elaboration
  }
}
