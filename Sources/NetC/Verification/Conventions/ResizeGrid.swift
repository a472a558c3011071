import IR
import Tensors

/// Which samples a resize reads: nearest or bilinear, on a grid of the factor or of the sizes.
enum ResizeGrid: Convention {
  static let name = "resize grid"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { id, node in
      guard case .resize(let spec) = node.spec else { return [] }
      var variants: [(words: String, spec: Spec)] = []
      func add(_ words: String, _ change: (inout ResizeSpec) -> Void) {
        var other = spec
        change(&other)
        variants.append((words, .resize(other)))
      }
      add("mode=nearest") { ($0.mode, $0.alignCorners) = (.nearest, false) }
      if spec.mode == .nearest {
        add("mode=bilinear") { $0.mode = .bilinear }
        add("mode=bilinear align_corners=yes") { ($0.mode, $0.alignCorners) = (.bilinear, true) }
      }
      if case .factor = spec.target {
        let size = Size2(place.shapes[id.index].h, place.shapes[id.index].w)
        add("resize \(size.height)x\(size.width)") { $0.target = .fixed(size) }
      }
      return variants
    }
  }
}
