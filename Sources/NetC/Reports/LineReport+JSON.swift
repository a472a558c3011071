import IR
import Kernels
import Planning
import Syntax
import Tensors

extension LineReport {
  /// `explain FILE:LINE --json`
  var document: JSON {
    .document([
      "file": .text(place.path), "line": .integer(place.line), "text": .text(text),
      "network": .text(network.graph.name), "content": .text(content.words),
      "block": .optional(content.block), "nearest": .optional(nearest),
      "at": sizes.map { .array([.integer($0.height), .integer($0.width)]) } ?? .null,
      "nodes": .integer(nodeCount), "parameters": .integer(parameters),
      "macs": sizes == nil ? .null : .optional(multiplyAdds),
      "live_macs": sizes == nil ? .null : .optional(liveMultiplyAdds),
      "reads": .array(inputs.map { .text(extent(of: $0)) }),
      "gives": .array(outputs.map { .text(extent(of: $0)) }),
      "layers": .array(layers.indices.map(layer) + unused.map(\.json)),
      "execution": execution?.json ?? .null,
    ])
  }

  /// A row of `show --json` with what only a line has.
  private func layer(_ index: Int) -> JSON {
    let layer = layers[index]
    guard case .object(let members) = layer.row.json else { return .null }
    let pads = layer.pads.map { [$0.top, $0.bottom, $0.left, $0.right] }
    let fate = execution.map { execution in
      execution.fates[index].text { network.graph.node($0)?.origin.path ?? "" }
    }
    return .object(
      members + [
        .init(key: "in", value: .text(layer.input)),
        .init(key: "pads", value: pads.map { .array($0.map(JSON.integer)) } ?? .null),
        .init(key: "live_macs", value: .optional(layer.liveMultiplyAdds)),
        .init(key: "became", value: .optional(fate)),
        .init(
          key: "steps",
          value: execution.map { execution in
            .array(Set(execution.fates[index].flatMap(\.steps)).sorted().map(JSON.integer))
          } ?? .null),
      ])
  }
}

extension LineExecution {
  fileprivate var json: JSON {
    .members([
      "steps_of_plan": .integer(stepCount), "share": .number(share),
      "share_is": .text(milliseconds == nil ? "estimated" : "measured"),
      "ms": milliseconds.map { .number($0.own) } ?? .null,
      "ms_of_plan": milliseconds.map { .number($0.all) } ?? .null,
      "threads": .optional(threads), "bytes_read": .integer(bytesRead),
      "bytes_written": .integer(bytesWritten), "weight_bytes": .integer(weightBytes),
      "packed_bytes": .integer(packedBytes), "rewrites": .array(rewrites.map(JSON.text)),
      "steps": .array(steps.map(\.json)),
    ])
  }
}

extension StepReport {
  /// A step of `plan --json` with what it costs.
  fileprivate var json: JSON {
    guard case .object(let members) = PlanReport.json(step, line: line) else { return .null }
    return .object(
      [.init(key: "step", value: .integer(index))] + members + [
        .init(key: "bytes_read", value: .integer(bytesRead)),
        .init(key: "bytes_written", value: .integer(bytesWritten)),
        .init(key: "weight_bytes", value: .integer(weightBytes)),
        .init(key: "packed_bytes", value: .integer(packedBytes)),
        .init(key: "macs", value: .optional(step.kernel.multiplyAdds)),
        .init(key: "ms", value: time?.milliseconds.map { .number($0) } ?? .null),
        .init(key: "share", value: time.map { .number($0.share) } ?? .null),
      ])
  }
}
