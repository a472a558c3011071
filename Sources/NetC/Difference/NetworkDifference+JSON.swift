import IR
import Planning
import Tensors

extension NetworkDifference {
  /// `diff --json`
  var document: JSON {
    .document([
      "equal": .bool(isEmpty),
      "at": sizes.map { .array([.integer($0.height), .integer($0.width)]) } ?? .null,
      "a": Self.json(old, figures.old), "b": Self.json(new, figures.new),
      "layers": .array(layers.rows.compactMap(json)),
      "equal_layers": .integer(
        layers.rows.count { if case .equal = $0 { true } else { false } }),
      "resized_layers": .integer(layers.resized.count), "checkpoint": checkpoint.json,
    ])
  }

  private static func json(_ network: LoadedNetwork, _ figures: NetworkFigures) -> JSON {
    let members: [JSON.Member] = [
      .init(key: "file", value: .text(network.path)),
      .init(key: "layers", value: .integer(figures.layerCount)),
      .init(key: "tensors", value: .integer(figures.tensorCount)),
      .init(key: "live_macs", value: .optional(figures.liveMultiplyAdds)),
      .init(key: "arena_bytes", value: .optional(figures.memory?.arena)),
      .init(key: "memory_bytes", value: .optional(figures.memory?.total)),
    ]
    return .object(members + figures.summary.members)
  }

  /// A row that is not equal.
  private func json(_ row: GraphDifference.Row) -> JSON? {
    switch row {
    case .equal: nil
    case .changed(let old, let new, let changes):
      .members([
        "change": .text("changed"), "a": .text(layers.old[old].name),
        "b": .text(layers.new[new].name), "op": .text(layers.new[new].key.op),
        "fields": .array(
          changes.map {
            .members(["field": .text($0.name), "a": .text($0.old), "b": .text($0.new)])
          }),
      ])
    case .renamed(let old, let new):
      .members([
        "change": .text("renamed"), "a": .text(layers.old[old].name),
        "b": .text(layers.new[new].name), "op": .text(layers.new[new].key.op),
      ])
    case .removed(let old):
      .members([
        "change": .text("removed"), "a": .text(layers.old[old].name),
        "op": .text(layers.old[old].key.op),
        "parameters": .integer(layers.old[old].parameterCount),
      ])
    case .added(let new):
      .members([
        "change": .text("added"), "b": .text(layers.new[new].name),
        "op": .text(layers.new[new].key.op),
        "parameters": .integer(layers.new[new].parameterCount),
      ])
    }
  }
}

extension CheckpointOverlap {
  fileprivate var json: JSON {
    .members([
      "file": .optional(path), "tensors": .integer(tensorCount), "load": .integer(loading),
      "ignored": .integer(ignored), "missing_in_file": .optional(missing),
      "other_shapes": Self.json(otherShapes), "other_types": Self.json(otherTypes),
      "gone": Self.json(gone), "needed": Self.json(needed),
    ])
  }

  private static func json(_ entries: [Entry]) -> JSON {
    .array(
      entries.map { entry in
        .members([
          "name": .text(entry.name), "shape": .array(entry.shape.map(JSON.integer)),
          "wanted": entry.wanted.map { .array($0.map(JSON.integer)) } ?? .null,
        ])
      })
  }
}
