import Formats
import Kernels
import Planning
import Tensors

extension Benchmark {
  /// A line a figure; with `layers` one a step of the plan, the slowest first.
  func lines(showsLayers: Bool) -> [String] {
    var rows = [
      ("compile", Self.time(compile)), ("first run", Self.time(first)),
      ("median", Self.time(runs.median)), ("p90", Self.time(runs.p90)),
    ]
    let plural = threads == 1 ? "" : "s"
    if let rate { rows.append(("rate", Self.gigaflops(rate))) }
    if let rate, let peak {
      rows.append(
        (threads == 1 ? "peak of a core" : "peak of \(threads) cores", Self.gigaflops(peak)))
      rows.append(("share of it", "\(fixed(rate / peak * 100, 1)) %"))
    }
    rows += [
      ("arena", byteText(arenaBytes)), ("peak RSS", byteText(Memory.peakResident)),
      ("kernels", "\(isa.rawValue), \(precision.rawValue), \(threads) thread\(plural)"),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    var lines = rows.map { "\($0.padded(to: width))  \($1)" }
    if showsLayers { lines += [""] + layerLines }
    return lines
  }

  private var layerLines: [String] {
    let total = layers.reduce(0) { $0 + $1.milliseconds }
    var table = TextTable(
      ["ms", "share", "GFLOP/s", "op", "layer", "output", "kernel"], rightAligned: [0, 1, 2])
    for layer in layers.sorted(by: { $0.milliseconds > $1.milliseconds }) {
      table.add([
        fixed(layer.milliseconds, 3), "\(fixed(layer.milliseconds / total * 100, 1)) %",
        layer.rate.map { fixed($0 / 1e9, 1) } ?? "-", layer.op,
        layer.name.isEmpty ? "-" : layer.name, layer.shape.description, layer.kernel,
      ])
    }
    return table.lines
  }

  func document(showsLayers: Bool) -> JSON {
    let members: KeyValuePairs<String, JSON> = [
      "compile_ms": .number(compile), "first_ms": .number(first),
      "median_ms": .number(runs.median), "p90_ms": .number(runs.p90),
      "gflops": rate.map { .number($0 / 1e9) } ?? .null,
      "peak_gflops": peak.map { .number($0 / 1e9) } ?? .null,
      "peak_rss_mb": .number(Double(Memory.peakResident) / 1e6),
      "arena_mb": .number(Double(arenaBytes) / 1e6), "threads": .integer(threads),
      "isa": .text(isa.rawValue), "precision": .text(precision.rawValue),
      "layers": showsLayers
        ? .array(
          layers.map { layer in
            .members([
              "name": .text(layer.name), "op": .text(layer.op), "kernel": .text(layer.kernel),
              "shape": .array(layer.shape.dimensions.map(JSON.integer)),
              "ms": .number(layer.milliseconds),
              "gflops": layer.rate.map { .number($0 / 1e9) } ?? .null,
            ])
          }) : .null,
    ]
    return .document(members)
  }

  private static func time(_ milliseconds: Double) -> String { "\(fixed(milliseconds, 2)) ms" }

  private static func gigaflops(_ rate: Double) -> String { "\(fixed(rate / 1e9, 1)) GFLOP/s" }
}

extension Benchmark.Layer {
  /// Operations a second; nil of a step that multiplies nothing.
  fileprivate var rate: Double? {
    guard let multiplyAdds, multiplyAdds > 0, milliseconds > 0 else { return nil }
    return 2 * Double(multiplyAdds) / milliseconds * 1e3
  }
}
