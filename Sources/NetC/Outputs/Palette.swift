import Frontend

/// Names and colours of classes.
package struct Palette: Sendable {
  package typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  private let names: [String]
  /// One for each of 256 indices.
  package let colours: [Colour]
  /// Whether class 0 is background, which an overlay leaves as it is.
  package let hasBackground: Bool

  /// Without a legend classes have numbers for names and the colours of VOC; so they have where
  /// the network has another number of `classes` than the legend has names.
  package init(_ legend: Legend?, classes: Int? = nil) {
    let names: [String]
    switch legend?.palette {
    case .cityscapes:
      names = Self.cityscapesNames
      let black: Colour = (0, 0, 0)
      colours =
        Self.cityscapesColours + [Colour](repeating: black, count: 256 - names.count)
      hasBackground = false
    case .voc:
      names = Self.vocNames
      colours = Self.vocColours
      hasBackground = true
    case .imagenet:
      names = ImageNetNames.all
      colours = Self.vocColours
      hasBackground = true
    case .custom, nil:
      names = legend?.names ?? []
      colours = Self.vocColours
      hasBackground = true
    }
    self.names = classes ?? names.count == names.count ? names : []
  }

  /// `class 7` where it has no name.
  package func name(_ label: Int) -> String {
    names.indices.contains(label) ? names[label] : "class \(label)"
  }

  /// Black for indices past 255.
  package func colour(_ label: Int) -> Colour {
    colours.indices.contains(label) ? colours[label] : (0, 0, 0)
  }

  /// The colours of PASCAL VOC: bit k of the index, counted in threes, is bit 7 − k/3 of red
  /// (k mod 3 = 0), green (1) or blue (2).
  private static let vocColours: [Colour] = (0..<256).map { index in
    var (red, green, blue) = (0, 0, 0)
    for level in 0..<3 {
      let bits = index >> (3 * level)
      red |= (bits & 1) << (7 - level)
      green |= (bits >> 1 & 1) << (7 - level)
      blue |= (bits >> 2 & 1) << (7 - level)
    }
    return (UInt8(red), UInt8(green), UInt8(blue))
  }

  private static let vocNames = [
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa",
    "train", "tv monitor",
  ]

  private static let cityscapesNames = [
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train",
    "motorcycle", "bicycle",
  ]

  private static let cityscapesColours: [Colour] = [
    (128, 64, 128), (244, 35, 232), (70, 70, 70), (102, 102, 156), (190, 153, 153),
    (153, 153, 153), (250, 170, 30), (220, 220, 0), (107, 142, 35), (152, 251, 152),
    (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142), (0, 0, 70), (0, 60, 100),
    (0, 80, 100), (0, 0, 230), (119, 11, 32),
  ]
}
