import IR
import Tensors

/// Where the samples of a layer lie in the image, and what its series of windows reads of their map.
struct LayerGeometry: Sendable {
  /// Height and width; nil where the place is unknown, or depends on a size that is not given.
  let places: [Place?]
  /// Cells read and cells spanned along both axes, from the start of the series on the same grid.
  let reading: [(count: Int, span: Int)?]
}

/// The geometry of every value of a network.
struct NetworkGeometry: Sendable {
  private let placements: [[Placement?]]
  private let series: [SeriesAnalysis]
  private let sizes: Sizes?

  init(_ graph: Graph, at sizes: Sizes?) {
    placements = Axis.allCases.map { IR.placements(graph, $0) }
    series = Axis.allCases.map { SeriesAnalysis(graph, $0) }
    self.sizes = sizes
  }

  subscript(id: ValueID) -> LayerGeometry {
    let at = sizes.map { [$0.height, $0.width] }
    return LayerGeometry(
      places: placements.enumerated().map { axis, placements in
        guard let placement = placements[id.index] else { return nil }
        return at.map { placement.place(at: $0[axis]) } ?? placement.constant
      },
      reading: series.map { $0.series[id.index].map { ($0.offsets.count, $0.offsets.span) } })
  }
}

extension LayerGeometry {
  /// The pixel of the first sample: `-7.5`, or `0.5 x 1` where the axes differ.
  var startText: String { Self.text(places.map { $0?.start.rounded }) }

  /// Cells read of cells spanned: `7/13`.
  var readingText: String {
    Self.text(reading.map { $0.map { $0.span > 1 ? "\($0.count)/\($0.span)" : "" } })
  }

  private static func text(_ parts: [String?]) -> String {
    let known = parts.compactMap(\.self)
    if known.count < parts.count { return known.isEmpty ? "" : "?" }
    return Set(known).count == 1 ? known[0] : known.joined(separator: " x ")
  }

  /// [height, width] in pixels of the image.
  var jump: JSON { pixels(\.jump) }

  /// The pixel of the first sample, [height, width].
  var start: JSON { pixels(\.start) }

  /// [read, spanned] of both axes.
  var reads: JSON {
    let known = reading.compactMap(\.self)
    guard known.count == reading.count else { return .null }
    return .array(known.map { .array([.integer($0.count), .integer($0.span)]) })
  }

  private func pixels(_ value: (Place) -> Rational) -> JSON {
    let known = places.compactMap(\.self)
    guard known.count == places.count else { return .null }
    return .array(known.map { JSON.number(value($0).double) })
  }
}

extension Rational {
  fileprivate var double: Double { Double(numerator) / Double(denominator) }
}
