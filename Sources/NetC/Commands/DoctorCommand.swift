import Formats
import Kernels
import Runtime
import Source

/// `netc doctor`: what netc finds on this machine.
package enum DoctorCommand: Command {
  package static let name = "doctor"
  package static let summary = "say what netc finds on this machine"
  package static let examples = ["netc doctor", "netc doctor --json"]
  package static let operands = ""
  package static let options: [CommandOption] = [.json]

  package static func run(
    _ arguments: Arguments, _ console: inout Console
  ) throws -> ExitCode {
    guard arguments.operands.isEmpty else { throw UsageError("`doctor` takes no files") }
    let processor = Processor.current()
    let budget = MachineMemory.budget()
    let libraries = SystemLibraries.available()
    if arguments.has(.json) {
      try console.output.write(json(processor, budget, libraries).text)
      return .done
    }
    var rows = [
      ("netc", Version.text), ("processor", processor.model),
      ("features", processor.features.isEmpty ? "none" : processor.features.joined(separator: " ")),
      ("kernels", VectorISA.best.rawValue), ("cores", "\(processor.cores)"),
      ("memory", processor.memory.map(mebibytes) ?? "unknown"),
      ("for a run", mebibytes(budget)),
    ]
    for library in libraries {
      let found = library.path.map { "\(library.version ?? "?") at \($0)" }
      rows.append((library.name, found ?? "not found: apt-get install \(library.package)"))
    }
    let width = rows.map(\.0.count).max() ?? 0
    for (name, value) in rows { try console.print("\(name.padded(to: width))  \(value)") }
    return .done
  }

  private static func mebibytes(_ bytes: Int) -> String { "\((bytes >> 20).grouped) MiB" }

  private static func json(
    _ processor: Processor, _ budget: Int, _ libraries: [SystemLibraries.Status]
  ) -> JSON {
    .document([
      "version": .text(Version.text), "processor": .text(processor.model),
      "features": .array(processor.features.map(JSON.text)),
      "isa": .text(VectorISA.best.rawValue), "cores": .integer(processor.cores),
      "memory_bytes": .optional(processor.memory), "budget_bytes": .integer(budget),
      "libraries": .array(
        libraries.map { library in
          .members([
            "name": .text(library.name), "path": .optional(library.path),
            "version": .optional(library.version), "package": .text(library.package),
          ])
        }),
    ])
  }
}
