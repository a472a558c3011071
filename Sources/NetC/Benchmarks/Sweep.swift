import IR
import Kernels
import Planning
import Source
import Tensors

/// A network at several sizes and output strides: what each costs, and how much of that is live.
struct Sweep: Sendable {
  struct Cell: Sendable {
    /// Nil of a network without the parameter.
    let outputStride: Int?
    let sizes: Sizes
    let work: LiveWork
    /// The path of the layer with the fewest live taps.
    let fewest: String?
    let memory: MemoryDemand
    /// Milliseconds of the median run; nil where nothing was timed.
    var median: Double?
  }

  /// What the figures were measured with.
  struct Conditions: Sendable {
    let isa: VectorISA
    let precision: Precision
    let threads: Int
    /// Timed runs of a cell; nil where nothing was timed.
    let runs: Int?
  }

  let network: String
  let conditions: Conditions
  let cells: [Cell]

  /// A line about the whole, then one a cell.
  var lines: [String] {
    let hasStride = cells.contains { $0.outputStride != nil }
    let hasAtrous = cells.contains { $0.fewest != nil }
    var titles = hasStride ? ["os", "size"] : ["size"]
    if hasAtrous { titles += ["live taps", "fewest", "in"] }
    titles += ["MACs", "live MACs", "memory"] + (conditions.runs == nil ? [] : ["ms"])
    let left = titles.firstIndex(of: "in")
    var table = TextTable(
      titles, rightAligned: Set(titles.indices.filter { $0 != left }))
    for cell in cells {
      let work = cell.work
      var row = hasStride ? [cell.outputStride.map(String.init) ?? ""] : []
      row.append("\(cell.sizes.height)x\(cell.sizes.width)")
      if hasAtrous {
        row += [
          work.atrousShare.map { "\(fixed($0 * 100, 1)) %" } ?? "-",
          work.fewest.map { "\($0.live.hundredths)/\($0.taps)" } ?? "-", cell.fewest ?? "",
        ]
      }
      row += [work.multiplyAdds, work.liveMultiplyAdds].map { $0?.grouped ?? "more than 2^63" }
      row.append(mebibytes(cell.memory.total))
      if let median = cell.median { row.append(fixed(median, 2)) }
      table.add(row)
    }
    return [head, ""] + table.lines
  }

  private var head: String {
    var text = "\(network): \(conditions.isa.rawValue), \(conditions.precision.rawValue)"
    if let runs = conditions.runs {
      let plural = (conditions.threads == 1 ? "" : "s", runs == 1 ? "" : "s")
      text += ", \(conditions.threads) thread\(plural.0); ms: the median of \(runs) run\(plural.1)"
    }
    return text
  }

  var document: JSON {
    .document([
      "network": .text(network), "isa": .text(conditions.isa.rawValue),
      "precision": .text(conditions.precision.rawValue),
      "threads": .integer(conditions.threads), "runs": .optional(conditions.runs),
      "cells": .array(cells.map(\.json)),
    ])
  }
}

extension Sweep.Cell {
  fileprivate var json: JSON {
    .members([
      "os": .optional(outputStride),
      "size": .array([.integer(sizes.height), .integer(sizes.width)]),
      "live_share": work.atrousShare.map(JSON.number) ?? .null,
      "fewest_live": work.fewest.map { .number($0.live) } ?? .null,
      "fewest_taps": .optional(work.fewest?.taps), "fewest_layer": .optional(fewest),
      "macs": .optional(work.multiplyAdds), "live_macs": .optional(work.liveMultiplyAdds),
      "memory_bytes": .integer(memory.total), "arena_bytes": .integer(memory.arena),
      "weight_bytes": .integer(memory.weights),
      "median_ms": median.map(JSON.number) ?? .null,
    ])
  }
}
