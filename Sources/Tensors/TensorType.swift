/// What is known of a value before any image is seen: channels and exact extents.
package struct TensorType: Hashable, Sendable {
  /// The outermost dimension: images of a batch, or windows of an image.
  package enum Leading: Hashable, Sendable { case batch, windows }

  package enum Kind: Hashable, Sendable {
    /// channels x height x width
    case map(height: Extent, width: Extent)
    /// one number a channel
    case vector
    /// class indices, height x width, no channel axis; one channel at run time
    case labels(height: Extent, width: Extent)
    /// one class index an image; one channel at run time
    case label
    /// four coordinates a window: x1, y1, x2, y2 in pixels of the image
    case windows
  }

  package var leading: Leading
  package var channels: Int
  package var kind: Kind

  package init(leading: Leading = .batch, channels: Int, kind: Kind) {
    self.leading = leading
    self.channels = channels
    self.kind = kind
  }

  package static func map(_ channels: Int, _ height: Extent, _ width: Extent) -> TensorType {
    TensorType(channels: channels, kind: .map(height: height, width: width))
  }

  /// Height and width of a map or of labels.
  package var extents: (height: Extent, width: Extent)? {
    switch kind {
    case .map(let height, let width), .labels(let height, let width): (height, width)
    case .vector, .label, .windows: nil
    }
  }

  package var isMap: Bool {
    if case .map = kind { true } else { false }
  }
}
