import IR
import Planning
import Source
import Syntax
import Tensors

extension LineReport {
  /// The whole report; `isWhole` tells why of each of however many steps.
  func lines(isWhole: Bool) -> [String] {
    var lines = head
    if isEmpty { return lines + [""] + nothing }
    lines += [""] + aligned(summary) + [""] + table.lines
    guard let execution else {
      return lines + ["", "add `--at HxW` to see what runs there, and why"]
    }
    if !execution.rewrites.isEmpty {
      lines += ["", "computed otherwise"] + execution.rewrites.map { "  \($0)" }
    }
    if execution.steps.count > 1 { lines += [""] + steps(execution).lines }
    if isWhole || execution.steps.count <= Self.fewSteps {
      lines += execution.steps.flatMap { [""] + $0.lines }
    } else {
      lines += ["", "`-v` tells of each of these \(execution.steps.count) steps why it runs so"]
    }
    return lines
  }

  /// Of more steps reasons are told only if asked for.
  private static let fewSteps = 8

  private var head: [String] {
    let size = sizes.map { " at \($0.height)x\($0.width)" } ?? ""
    let number = "\(place.line)"
    return [
      "\(DiagnosticText.printable(place.path)):\(place.line), \(network.graph.name)\(size)", "",
      "\(number) | \(DiagnosticText.printable(text))",
    ]
  }

  /// What is there instead of layers, and where the nearest are.
  private var nothing: [String] {
    var what = "\(content.words): no layer comes from this line"
    if !isInUse, let block = content.block {
      what = "\(content.words), in the block `\(block)`, which this network does not use"
    }
    return [what] + (nearest.map { ["the nearest line with layers is \($0)"] } ?? [])
  }

  private var summary: [(String, String)] {
    let all = network.graph.parameterCount
    var rows = [("layers", "\(nodeCount) of \(network.graph.nodes.count)\(instances)")]
    if !unused.isEmpty { rows[0].1 += ", and \(unused.count) that nothing runs" }
    if !layers.isEmpty {
      rows.append(("reads", extents(inputs)))
      rows.append(("gives", extents(outputs)))
    }
    if parameters > 0 {
      let share = all > 0 ? ", \(fixed(Double(parameters) / Double(all) * 100, 1)) % of all" : ""
      rows.append(("parameters", parameters.grouped + share))
    }
    if sizes != nil, let count = multiplyAdds, count > 0 {
      let live = liveMultiplyAdds.flatMap { live -> String? in
        let percent = fixed(Double(live) / Double(count) * 100, 1)
        return live < count ? ", \(live.grouped) of taps that read the map (\(percent) %)" : nil
      }
      rows.append(("multiply-adds", count.grouped + (live ?? "")))
    }
    if let execution { rows += Self.summary(execution) }
    return rows
  }

  private static func summary(_ execution: LineExecution) -> [(String, String)] {
    var rows = [("steps", "\(execution.steps.count) of \(execution.stepCount)")]
    if execution.steps.isEmpty { return rows }
    if execution.weightBytes > 0 {
      let packed = byteText(execution.packedBytes)
      rows.append(("weights", "\(byteText(execution.weightBytes)), packed \(packed)"))
    }
    rows.append(
      (
        "maps",
        "\(byteText(execution.bytesRead)) read, \(byteText(execution.bytesWritten)) written"
      ))
    let percent = "\(fixed(execution.share * 100, 1)) % of the run"
    if let (own, all) = execution.milliseconds {
      let threads = execution.threads == 1 ? "1 thread" : "\(execution.threads ?? 0) threads"
      rows.append(
        (
          "time",
          "\(percent), measured: \(fixed(own, 2)) of \(fixed(all, 2)) ms, each step's best run on "
            + threads
        ))
    } else {
      rows.append(("time", "\(percent), estimated from products and bytes; `--measure` times it"))
    }
    return rows
  }

  /// How often the line's block is used, where the line is a block's.
  private var instances: String {
    guard let block = content.block else { return "" }
    let paths = layers.compactMap { layer in
      network.graph.node(layer.values[0])?.origin.calls.last { $0.block == block }?.path
    }
    let count = Set(paths).count
    return ", in \(count) instance\(count == 1 ? "" : "s") of `\(block)`"
  }

  private func extents(_ values: [ValueID]) -> String {
    var texts: [String] = []
    for text in values.map({ extent(of: $0) }) where !texts.contains(text) { texts.append(text) }
    let shown = texts.prefix(6).joined(separator: ", ")
    return texts.isEmpty ? "nothing" : shown + (texts.count > 6 ? ", …" : "")
  }
}
