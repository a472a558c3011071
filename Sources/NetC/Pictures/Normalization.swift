import IR

/// y = (x · scale − mean) / std for the 256 values of each channel, in float32 and in the order in
/// which torchvision's ToTensor and Normalize compute it: x / 255, − mean, / std, each rounded.
struct Normalization: Sendable {
  /// 256 numbers a channel, in the order of the input's channels.
  let tables: [[Float]]

  init(_ format: InputFormat) {
    // A scale of 1/255 is a division, which rounds otherwise than a product with 1/255.
    let isUnit = format.scale == 1 / 255
    let scale = Float(format.scale)
    tables = (0..<format.pictureChannels).map { channel in
      (0..<256).map { value in
        var y = isUnit ? Float(value) / 255 : Float(value) * scale
        if !format.mean.isEmpty { y -= Float(format.mean[channel]) }
        if !format.std.isEmpty { y /= Float(format.std[channel]) }
        return y
      }
    }
  }
}
