import IR
import Tensors

/// Whether the corner samples of both maps meet.
enum AlignedCorners: Convention {
  static let name = "align_corners"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { _, node in
      guard case .resize(var spec) = node.spec, spec.mode == .bilinear else { return [] }
      spec.alignCorners.toggle()
      return [("align_corners=\(spec.alignCorners ? "yes" : "no")", .resize(spec))]
    }
  }
}
