import IR
import Kernels
import Tensors

extension Plan: CustomStringConvertible {
  /// The steps as a table, then the memory; stable, for `--emit plan` and snapshots.
  package var description: String {
    var table = TextTable(
      ["step", "op", "layer", "output", "kernel", "layout", "reads", "writes", "offset", "bytes"],
      rightAligned: [0, 8, 9])
    for port in inputs {
      table.add(
        ["", "input", port.name, "\(port.shape)", "", "planar", ""] + place(port.location))
    }
    for (index, step) in steps.enumerated() {
      for layer in step.before { table.add(["", "\(layer.op) »", layer.path]) }
      table.add(
        [
          "\(index)", step.origin.op, step.origin.path, "\(step.kernel.result)", step.choice.kernel,
          "\(step.kernel.output)", step.inputs.map(\.name).joined(separator: " "),
        ] + place(step.output))
      for fused in step.fused { table.add(["", "+ \(fused.op)", fused.path]) }
      if let second = step.second {
        table.add(["", "", "", "second result", "", "", ""] + place(second))
      }
      if let workspace = step.workspace {
        table.add(["", "", "", "workspace", "", "", ""] + place(workspace))
      }
    }
    for (kind, ports) in [("output", outputs), ("tap", taps)] {
      for port in ports {
        table.add(
          ["", kind, port.name, "\(port.shape)", "", "planar", port.location.name])
      }
    }
    let rewritten = rewrites.map { "rewritten  \($0.origin.path): \($0.text)\n" }.joined()
    var summary = TextTable(["", ""], rightAligned: [1])
    summary.add(["multiply-adds", multiplyAdds.map(String.init) ?? "too many to count"])
    summary.add(["arena", "\(memory.arena)"])
    summary.add(["lower bound", "\(memory.arenaLowerBound)"])
    summary.add(["without reuse", "\(memory.withoutReuse)"])
    if memory.scratch > 0 { summary.add(["scratch of a thread", "\(memory.scratch)"]) }
    summary.add(["results", "\(memory.results)"])
    summary.add(["inputs", "\(memory.inputs)"])
    summary.add(["weights", "\(memory.weights)"])
    summary.add(["total", "\(memory.total)"])
    return "plan \(network) at \(sizes.text)\n\n\(table.text)\(rewritten)\(summary.text)"
  }

  private func place(_ location: Location) -> [String] {
    [location.name] + place(location.buffer).dropFirst()
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

extension Plan.Location {
  /// The buffer, and how many floats of an image lie before it there.
  fileprivate var name: String { "b\(buffer)" + (offset == 0 ? "" : "+\(offset)") }
}
