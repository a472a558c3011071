extension InputFormat {
  /// The scalings of samples that have a name: `normalize=imagenet`.
  package enum Scaling: String, CaseIterable, Sendable {
    /// torchvision's, of three channels.
    case imagenet
    /// x / 255
    case unit
    /// 2x / 255 − 1
    case tf
  }

  /// Sets scale, mean and std, in the order of the channels.
  package mutating func normalize(as scaling: Scaling) {
    scale = 1 / 255
    switch scaling {
    case .imagenet:
      mean = [0.485, 0.456, 0.406]
      std = [0.229, 0.224, 0.225]
      if kind == .bgr {
        mean.reverse()
        std.reverse()
      }
    case .unit:
      mean = []
      std = []
    case .tf:
      mean = [Double](repeating: 0.5, count: pictureChannels)
      std = mean
    }
  }
}
