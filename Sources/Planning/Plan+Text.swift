import IR
import Kernels
import Tensors

extension Plan: CustomStringConvertible {
  /// The steps as a table, then the memory; stable, for `--emit plan` and snapshots.
  package var description: String {
    var table = TextTable(
      ["step", "op", "layer", "output", "kernel", "reads", "writes", "offset", "bytes"],
      rightAligned: [0, 7, 8])
    for port in inputs {
      table.add(["", "input", port.name, "\(port.shape)", "", ""] + place(port.location.buffer))
    }
    for (index, step) in steps.enumerated() {
      table.add(
        [
          "\(index)", step.origin.op, step.origin.path, "\(step.call.output)", step.choice.kernel,
          step.inputs.map { "b\($0.buffer)" }.joined(separator: " "),
        ] + place(step.output.buffer))
      if let workspace = step.workspace {
        table.add(["", "", "", "workspace", "", ""] + place(workspace))
      }
    }
    for (kind, ports) in [("output", outputs), ("tap", taps)] {
      for port in ports {
        table.add(["", kind, port.name, "\(port.shape)", "", "b\(port.location.buffer)"])
      }
    }
    var summary = TextTable(["", ""], rightAligned: [1])
    summary.add(["multiply-adds", multiplyAdds.map(String.init) ?? "too many to count"])
    summary.add(["arena", "\(memory.arena)"])
    summary.add(["lower bound", "\(memory.arenaLowerBound)"])
    summary.add(["without reuse", "\(memory.withoutReuse)"])
    summary.add(["results", "\(memory.results)"])
    summary.add(["inputs", "\(memory.inputs)"])
    summary.add(["weights", "\(memory.weights)"])
    summary.add(["total", "\(memory.total)"])
    return "plan \(network) at \(sizes.text)\n\n\(table.text)\(summary.text)"
  }

  /// Buffer, offset and bytes.
  private func place(_ buffer: Int) -> [String] {
    let offset: String =
      switch buffers[buffer].place {
      case .arena(let offset): "\(offset)"
      case .result: "result"
      }
    return ["b\(buffer)", offset, "\(buffers[buffer].bytes)"]
  }
}
