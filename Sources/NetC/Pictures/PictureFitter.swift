import IR
import Source
import Tensors

/// Brings pictures to sizes that a network takes, by the fit of its input.
///
/// - exact: the picture's size must be one.
/// - shorter(N): the shorter side becomes N as in torchvision's `Resize(N)`. For an input of fixed
///   size its centre is cut, as `CenterCrop` does; otherwise the result must be admissible.
/// - shorter(N, C): the same, then the central C x C are cut, as `CenterCrop(C)` does.
/// - pad: the next admissible sides, the picture at the top left, the mean around it.
/// - crop: the central part with the largest admissible sides. For an input of fixed size the
///   picture is first resampled to just cover it.
struct PictureFitter: Sendable {
  let name: String
  let fit: InputFormat.Fit
  /// The sides that the network takes.
  let admissible: AdmissibleSizes
  /// The sides of an input of fixed size.
  let fixed: Size2?

  /// `path` is named where the picture does not fit.
  func fit(height: Int, width: Int, path: String) throws(Diagnostic) -> Fit {
    switch fit {
    case .exact: return try exact(height, width, path)
    case .shorter(let side, let crop): return try shorter(side, crop, height, width, path)
    case .pad: return try padded(height, width, path)
    case .crop: return try cropped(height, width, path)
    }
  }

  private func exact(_ height: Int, _ width: Int, _ path: String) throws(Diagnostic) -> Fit {
    guard admissible.contains(Sizes(height: height, width: width)) else {
      throw .pictureDoesNotFit(
        "the picture is \(height)x\(width), `\(name)` takes \(wanted)", path: path,
        help: "write `fit=pad` or `fit=crop` behind the input, or resize the picture")
    }
    return Fit(height: .whole(height), width: .whole(width))
  }

  private func shorter(
    _ side: Int, _ crop: Int?, _ height: Int, _ width: Int, _ path: String
  ) throws(Diagnostic) -> Fit {
    // The longer side is cut to a whole number; sides are below 2^17, so nothing overflows.
    let newHeight = height <= width ? side : side * height / width
    let newWidth = width <= height ? side : side * width / height
    let square = crop.map { Size2($0, $0) }
    let input = square ?? fixed ?? Size2(newHeight, newWidth)
    guard admissible.contains(Sizes(height: input.height, width: input.width)) else {
      let fit = crop.map { "shorter(\(side), \($0))" } ?? "shorter(\(side))"
      throw .pictureDoesNotFit(
        "after `fit=\(fit)` the picture is \(input.height)x\(input.width), `\(name)` takes "
          + wanted, path: path, help: "write `fit=pad` or `fit=crop`, which find a size")
    }
    return Fit(
      height: .centred(height, newHeight, input.height),
      width: .centred(width, newWidth, input.width))
  }

  private func padded(_ height: Int, _ width: Int, _ path: String) throws(Diagnostic) -> Fit {
    guard let newHeight = admissible.height.smallestMember(from: height),
      let newWidth = admissible.width.smallestMember(from: width)
    else {
      throw .pictureDoesNotFit(
        "the picture is \(height)x\(width), `\(name)` takes nothing as large: \(wanted)",
        path: path, help: "write `fit=crop` behind the input, or resize the picture")
    }
    return Fit(
      height: .padded(height, newHeight), width: .padded(width, newWidth))
  }

  private func cropped(_ height: Int, _ width: Int, _ path: String) throws(Diagnostic) -> Fit {
    if let fixed {
      // The larger of the two factors: one side fits, the other covers.
      let isTall = fixed.height * width >= fixed.width * height
      let newHeight = isTall ? fixed.height : fixed.width * height / width
      let newWidth = isTall ? fixed.height * width / height : fixed.width
      return Fit(
        height: .centred(height, newHeight, fixed.height),
        width: .centred(width, newWidth, fixed.width))
    }
    guard let newHeight = admissible.height.largestMember(upTo: height),
      let newWidth = admissible.width.largestMember(upTo: width)
    else {
      throw .pictureDoesNotFit(
        "the picture is \(height)x\(width), `\(name)` takes nothing as small: \(wanted)",
        path: path, help: "write `fit=pad` or `fit=shorter(N)` behind the input")
    }
    return Fit(
      height: .centred(height, height, newHeight), width: .centred(width, width, newWidth))
  }

  var wanted: String {
    if let fixed { return "\(fixed.height)x\(fixed.width)" }
    let (height, width) = (admissible.height.text("H"), admissible.width.text("W"))
    return admissible.height == admissible.width
      ? "\(height), and W alike" : "\(height) and \(width)"
  }
}

extension Fit.Side {
  fileprivate static func whole(_ side: Int) -> Self { resized(side, side) }

  fileprivate static func resized(_ original: Int, _ side: Int) -> Self {
    Self(original: original, resized: side, offset: 0, input: side)
  }

  fileprivate static func padded(_ original: Int, _ side: Int) -> Self {
    Self(original: original, resized: original, offset: 0, input: side)
  }

  /// The middle as in torchvision's `CenterCrop`: half the difference, halves to even; where the
  /// picture is too small, the smaller half of the padding lies before.
  fileprivate static func centred(_ original: Int, _ resized: Int, _ side: Int) -> Self {
    let offset =
      side <= resized
      ? Int((Double(resized - side) / 2).rounded(.toNearestOrEven)) : -((side - resized) / 2)
    return Self(original: original, resized: resized, offset: offset, input: side)
  }
}

extension SizeSet {
  /// The largest member that is at most a size.
  fileprivate func largestMember(upTo size: Int) -> Int? {
    stride(from: size, through: 1, by: -1).first { contains($0) }
  }
}

extension Diagnostic {
  static func pictureDoesNotFit(_ message: String, path: String, help: String?) -> Diagnostic {
    Diagnostic(.wrongInputSize, message, path: path, help: help)
  }
}
