import IR
import Kernels
import Planning
import Source
import Tensors

extension LineReport {
  /// A row a layer: what it is, what it costs, what became of it.
  var table: TextTable {
    var table = TextTable(
      [
        "layer", "op", "in", "out", "kernel", "stride", "rate", "pads", "live taps", "os", "rf",
        "params", "MACs", "live MACs", "became",
      ], rightAligned: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    for (index, layer) in layers.enumerated() {
      let row = layer.row
      let out = layer.values.last.map { extent(of: $0) } ?? ""
      let fate = execution.map { $0.fates[index].text { self.name(of: $0) } } ?? ""
      table.add(
        [row.name, row.op, layer.input, out] + layer.windowCells + layer.costCells + [fate])
    }
    for row in unused {
      let window = row.window.map { "\($0.kernel.height)x\($0.kernel.width)" } ?? ""
      table.add(
        [row.name, "\(row.op) (unused)", "", "", window, "", "", "", "", "", ""]
          + [row.parameters.grouped, "", "", "nothing runs it"])
    }
    return table.withoutEmptyColumns
  }

  /// A row a step, where there are several.
  func steps(_ execution: LineExecution) -> TextTable {
    let unit = execution.milliseconds == nil ? "estimated" : "measured"
    var table = TextTable(
      ["step", "computes", "layer", "kernel", "read", "written", "weights", "packed", "ms", unit],
      rightAligned: [0, 4, 5, 6, 7, 8, 9])
    for step in execution.steps {
      table.add([
        "\(step.index)", step.step.layers, step.step.origin.path, step.step.choice.kernel,
        byteText(step.bytesRead), byteText(step.bytesWritten),
        step.weightBytes > 0 ? byteText(step.weightBytes) : "",
        step.packedBytes > 0 ? byteText(step.packedBytes) : "",
        step.time?.milliseconds.map { fixed($0, 3) } ?? "",
        step.time.map { "\(fixed($0.share * 100, 1)) %" } ?? "",
      ])
    }
    return table.withoutEmptyColumns
  }

  private func name(of value: ValueID) -> String {
    network.graph.node(value)?.origin.path ?? "an input"
  }
}

extension LineLayer {
  /// Kernel, stride, rate, pads, live taps, output stride and receptive field.
  fileprivate var windowCells: [String] {
    let isWide = row.window.map { $0.kernel != .one } ?? false
    return [
      row.window.map { "\($0.kernel.height)x\($0.kernel.width)" } ?? "",
      row.window.map { $0.stride == .one ? "" : "\($0.stride)" } ?? "",
      isWide ? row.window.map { "\($0.rate)" } ?? "" : "",
      pads.map { $0 == .zero ? "" : $0.description } ?? "",
      isWide ? row.live.map { "\($0.hundredths)/\(row.taps)" } ?? row.liveFormula ?? "" : "",
      row.stride.text, row.receptiveField?.shortText ?? "",
    ]
  }

  fileprivate var costCells: [String] {
    [
      row.parameters > 0 ? row.parameters.grouped : "",
      row.multiplyAdds.flatMap { $0 > 0 ? $0.grouped : nil } ?? "",
      liveMultiplyAdds.flatMap { $0 == row.multiplyAdds ? nil : $0.grouped } ?? "",
    ]
  }
}

extension LayerRow {
  fileprivate var taps: Int { window.map { $0.kernel.height * $0.kernel.width } ?? 0 }
}
