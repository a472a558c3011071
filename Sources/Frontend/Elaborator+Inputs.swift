import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  /// `input image: rgb[H, W] normalize=imagenet`, `tensor[512, H, W] os=16`, `windows[R]`.
  mutating func declare(_ input: InputDeclaration, at span: Span) {
    do {
      let (type, format, stride) = try read(input)
      let value = builder.addInput(
        input.name.text, type: type, stride: stride, format: format, span: input.name.span)
      bind(
        input.name, .value(Operand(value: value, span: input.name.span, name: input.name.text)))
    } catch let diagnostic as Diagnostic {
      report(diagnostic)
      bind(input.name, .poison)
    } catch {
      bind(input.name, .poison)
    }
  }

  private mutating func read(
    _ input: InputDeclaration
  ) throws -> (TensorType, InputFormat, OutputStride) {
    let kinds: [String: (InputFormat.Kind, Int)] = [
      "rgb": (.rgb, 2), "bgr": (.bgr, 2), "gray": (.gray, 2), "tensor": (.tensor, 3),
      "windows": (.windows, 1),
    ]
    guard let (kind, rank) = kinds[input.kind.text] else {
      throw Diagnostic.wrongInputKind(input.kind, known: kinds.keys.sorted())
    }
    guard input.dimensions.count == rank else {
      throw Diagnostic.badInput(
        "`\(input.kind.text)` has \(Self.dimensions[rank]), not \(input.dimensions.count)",
        at: input.kind.span)
    }
    var format = InputFormat(kind: kind)
    if kind == .windows {
      guard case .name("R") = input.dimensions[0].kind else {
        throw Diagnostic.badInput(
          "the number of windows is the symbol `R`", at: input.dimensions[0].span)
      }
      _ = try options(input, into: &format)
      let type = TensorType(leading: .windows, channels: 4, kind: .windows)
      return (type, format, OutputStride(height: nil, width: nil))
    }
    let height = try extent(input.dimensions[rank - 2], .height)
    let width = try extent(input.dimensions[rank - 1], .width)
    var channels = kind == .gray ? 1 : 3
    if kind == .tensor {
      guard let count = int(input.dimensions[0]) else { throw Reported() }
      guard (1...ArgumentBinder.maximumNumber).contains(count) else {
        throw Diagnostic.outOfRange(
          "channels", of: "tensor", count, 1, at: input.dimensions[0].span)
      }
      channels = count
    }
    let stride = Rational(try options(input, into: &format))
    return (.map(channels, height, width), format, OutputStride(height: stride, width: stride))
  }

  /// Dimensions of an input by their number.
  private static let dimensions = [
    "none", "one dimension, the number of windows", "two dimensions, height and width",
    "three dimensions, channels, height and width",
  ]

  private mutating func extent(_ expression: Expression, _ axis: Axis) throws -> Extent {
    if case .name(let name) = expression.kind, scope.find(name) == nil {
      if name == axis.rawValue { return .symbol(axis) }
      throw Diagnostic.badInput(
        "the \(axis.word) is `\(axis.rawValue)` or a number, not `\(name)`", at: expression.span)
    }
    guard let size = int(expression) else { throw Reported() }
    guard (1...ArgumentBinder.maximumNumber).contains(size) else {
      throw Diagnostic.outOfRange(axis.word, of: "input", size, 1, at: expression.span)
    }
    return .constant(size)
  }

  /// Reads the options into the format and returns the input's output stride.
  private mutating func options(
    _ input: InputDeclaration, into format: inout InputFormat
  ) throws -> Int {
    var stride = 1
    let known = ["normalize", "scale", "mean", "std", "fit", "os"]
    for option in input.options {
      guard let name = option.name else {
        throw Diagnostic.badInput("options of an input have names", at: option.span)
      }
      let isPictures = format.isPicture
      let element = argument(option.value)
      guard case .constant(let constant) = element else {
        if case .poison = element { throw Reported() }
        throw Diagnostic.badInput("`\(name.text)=` takes a constant", at: option.value.span)
      }
      switch (name.text, constant) {
      case ("os", .int(let value)) where format.kind == .tensor && (1...4096).contains(value):
        stride = value
      case ("normalize", .word(let word)) where isPictures:
        try format.normalize(as: word, at: option.value.span)
      case ("scale", .decimal(let value)) where isPictures: format.scale = value
      case ("scale", .int(let value)) where isPictures: format.scale = Double(value)
      case ("mean", _) where isPictures:
        format.mean = try numbers(constant, format, name.text, at: option.value.span)
      case ("std", _) where isPictures:
        format.std = try numbers(constant, format, name.text, at: option.value.span)
        if format.std.contains(0) {
          throw Diagnostic.badInput("`std=` is not 0", at: option.value.span)
        }
      case ("fit", .word("exact")) where isPictures: format.fit = .exact
      case ("fit", .word("pad")) where isPictures: format.fit = .pad
      case ("fit", .word("crop")) where isPictures: format.fit = .crop
      case ("fit", .call("shorter", let items)) where isPictures:
        format.fit = try shorter(items, at: option.value.span)
      default:
        if known.contains(name.text) {
          throw Diagnostic.badInput(
            "`\(name.text)=` of `\(input.kind.text)` cannot be \(constant.text)",
            at: option.value.span)
        }
        throw Diagnostic.unknownArgument(name, of: input.kind.text, known: known)
      }
    }
    return stride
  }

  /// `shorter(520)`, or `shorter(256, 224)` with the side of the central square.
  private func shorter(
    _ items: [Constant], at span: Span
  ) throws(Diagnostic) -> InputFormat.Fit {
    let sides = items.compactMap { item -> Int? in
      if case .int(let side) = item, (1...65_535).contains(side) { side } else { nil }
    }
    guard sides.count == items.count, (1...2).contains(sides.count),
      sides.count == 1 || sides[1] <= sides[0]
    else {
      throw .badInput(
        "`fit=` cannot be \(Constant.call("shorter", items).text): expected the shorter side, and "
          + "perhaps that of the square cut from it, which is not larger", at: span)
    }
    return .shorter(sides[0], crop: sides.count == 2 ? sides[1] : nil)
  }

  private func numbers(
    _ constant: Constant, _ format: InputFormat, _ name: String, at span: Span
  ) throws(Diagnostic) -> [Double] {
    let items: [Constant] = if case .list(let items) = constant { items } else { [constant] }
    let numbers = items.compactMap { item -> Double? in
      switch item {
      case .int(let value): Double(value)
      case .decimal(let value): value.isFinite ? value : nil
      default: nil
      }
    }
    let channels = format.pictureChannels
    guard numbers.count == items.count, numbers.count == 1 || numbers.count == channels else {
      throw .badInput("`\(name)=` takes one number or \(channels), one a channel", at: span)
    }
    return numbers.count == channels
      ? numbers : [Double](repeating: numbers[0], count: channels)
  }
}

extension InputFormat {
  fileprivate mutating func normalize(as word: String, at span: Span) throws(Diagnostic) {
    guard let scaling = Scaling(rawValue: word) else {
      throw .unknownWord(
        word, "normalize", of: "input", Scaling.allCases.map(\.rawValue), at: span)
    }
    guard scaling != .imagenet || pictureChannels == 3 else {
      throw .badInput("`normalize=imagenet` needs three channels", at: span)
    }
    normalize(as: scaling)
  }
}

extension Diagnostic {
  fileprivate static func badInput(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .badArgument, message, at: span,
      help: """
        write as in `image: rgb[H, W] normalize=imagenet`, `x: tensor[512, H, W] os=16` or \
        `w: windows[R]`
        """)
  }

  fileprivate static func wrongInputKind(_ kind: Name, known: [String]) -> Diagnostic {
    Diagnostic(
      .wrongType, "there is no kind of input `\(kind.text)`", at: kind.span,
      help: nearest(kind.text, among: known).map { "did you mean `\($0)`?" }
        ?? "the kinds are \(known.joined(separator: ", "))")
  }
}
