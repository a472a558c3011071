import Tensors

/// How an input's numbers come from a file: channels, normalization and fit (decision: part of
/// the network).
package struct InputFormat: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case rgb, bgr, gray, tensor, windows
  }

  /// What happens to a picture whose size the network does not take.
  package enum Fit: Hashable, Sendable {
    case exact
    /// The shorter side is resampled to this many pixels, then the central square is cut.
    case shorter(Int, crop: Int?)
    /// Padded right and below with the mean, results cropped back.
    case pad
    /// The central admissible part.
    case crop
  }

  package var kind: Kind
  /// y = (x · scale − mean) / std, a channel; x in 0…255.
  package var scale: Double
  package var mean: [Double]
  package var std: [Double]
  package var fit: Fit

  package init(
    kind: Kind, scale: Double = 1, mean: [Double] = [], std: [Double] = [], fit: Fit = .exact
  ) {
    self.kind = kind
    self.scale = scale
    self.mean = mean
    self.std = std
    self.fit = fit
  }

  /// Whether it is fed by pictures.
  package var isPicture: Bool {
    switch kind {
    case .rgb, .bgr, .gray: true
    case .tensor, .windows: false
    }
  }

  /// Channels of a picture in this format.
  package var pictureChannels: Int { kind == .gray ? 1 : 3 }
}
