import IR
import Tensors

/// Whether an average counts the cells of padding.
enum PaddedCount: Convention {
  static let name = "count_include_pad"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { _, node in
      guard case .pooling(var spec) = node.spec, case .average(let counts) = spec.kind,
        case .window = spec.region
      else { return [] }
      spec.kind = .average(countIncludePad: !counts)
      return [("count_include_pad=\(counts ? "no" : "yes")", .pooling(spec))]
    }
  }
}
