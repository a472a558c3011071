import Formats
import Source

/// `netc test [PATH...]`: expectations of networks, and spec files by their header.
package enum TestCommand: Command {
  package static let name = "test"
  package static let summary = "prove and run the expectations of files, and spec files"
  package static let examples = [
    "netc test",
    "netc test models",
    "netc test Tests/Specs/ops/conv.net --bless",
    "netc test Tests/Specs --isa portable",
  ]
  package static let operands = "[PATH...]"
  package static let options: [CommandOption] = [.bless, .isa, .reference]
  package static let notes = """
    Without PATH every .net file under the current directory is tested. A file that begins with
    `//! stage: …` is tested at that stage against the .expected file beside it; what differs is
    written as .observed, and --bless makes it expected. Of any other file every `expect` holds,
    `expect output` included: masks agree in 99.9 % of the pixels, arrays to 1e-4.
    """

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    let given = arguments.operands.isEmpty ? ["."] : arguments.operands
    var paths: [String] = []
    for path in given { paths += try files(path) }
    var failures = 0
    let kernels = try arguments.kernels
    for path in paths {
      switch runSpec(path: path, bless: arguments.has(.bless), kernels: kernels) {
      case .passed:
        if console.isVerbose { try console.print("passed  \(path)") }
      case .failed(let reason):
        failures += 1
        try console.print("failed  \(DiagnosticText.printable(path))")
        for line in reason.split(separator: "\n", omittingEmptySubsequences: false) {
          try console.print(line.isEmpty ? "" : "    \(line)")
        }
      }
    }
    if !console.isQuiet {
      try console.print("\(paths.count - failures) passed, \(failures) failed")
    }
    return failures == 0 ? .done : .failed
  }

  /// The file itself, or every .net file in the folder but hidden ones.
  private static func files(_ path: String) throws -> [String] {
    guard FilePath.isDirectory(path) else {
      guard FilePath.exists(path) else {
        throw Diagnostic(
          .unreadableInput, "there is no such file or directory", path: path,
          help: "name a .net file or a folder of them")
      }
      return [path]
    }
    let specs = FilePath.files(under: path).filter { $0.hasSuffix(".net") }
    return specs.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
  }
}

extension CommandOption {
  package static let bless = CommandOption(
    "bless", .flag, "make what is observed expected")
}
