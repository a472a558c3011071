import Formats
import IR
import Source
import Tensors

/// The cells around a map that a window sees.
enum WindowPadding {
  case fixed(Insets)
  /// What the run-time size makes of TensorFlow's SAME.
  case same
}

extension GraphExporter {
  mutating func convolution(
    _ spec: ConvolutionSpec, _ input: String
  ) throws(Diagnostic) -> String {
    let window = spec.slidingWindow
    var attributes = window.attributes(includingRate: true)
    attributes.append(("group", .integer(spec.groups)))
    var operands = [input, parameter(0)]
    if spec.hasBias { operands.append(parameter(1)) }
    guard spec.transposed else {
      attributes.append(try padding(of: window).attribute)
      return emit("Conv", operands, attributes)
    }
    attributes.append(try padding(of: window).attribute)
    // What SAME adds where the window is smaller than its step.
    func added(_ axis: Axis) -> Int {
      window.padding == .sameTF
        ? max(window.stride[axis] - window.effectiveKernel(axis), 0) : spec.outputPadding[axis]
    }
    attributes.append(("output_padding", .integers([added(.height), added(.width)])))
    return emit("ConvTranspose", operands, attributes)
  }

  /// The padding of the layer's window.
  func padding(of window: Window) throws(Diagnostic) -> WindowPadding {
    guard case .sameTF = window.padding else {
      guard case .explicit(let insets) = window.padding else {
        preconditionFailure("paddings are explicit or same")
      }
      return .fixed(insets)
    }
    func cells(_ axis: Axis) -> (before: Int, after: Int)? {
      // At stride 1, and where a window writes, the sizes cancel out.
      if window.isTransposed || window.stride[axis] == 1 {
        let total = max(window.effectiveKernel(axis) - window.stride[axis], 0)
        return (total / 2, total - total / 2)
      }
      guard let input = size(layer.inputs[0], axis), let output = size(layer.id, axis) else {
        return nil
      }
      let cells = window.axis(axis, input: input, output: output)
      return (cells.before, cells.after)
    }
    if let rows = cells(.height), let columns = cells(.width) {
      return .fixed(
        Insets(top: rows.before, bottom: rows.after, left: columns.before, right: columns.after))
    }
    guard window.rate == .one else {
      throw needsSize("the pads of a strided window with a rate depend on it")
    }
    return .same
  }
}

extension WindowPadding {
  var attribute: (name: String, content: ONNXAttribute.Content) {
    switch self {
    case .fixed(let insets): ("pads", .integers(insets.pads))
    case .same: ("auto_pad", .text("SAME_UPPER"))
    }
  }
}

extension Insets {
  /// In the order of ONNX: what lies before on every axis, then what lies after.
  var pads: [Int] { [top, left, bottom, right] }
}

extension Window {
  func attributes(
    includingRate: Bool
  ) -> [(name: String, content: ONNXAttribute.Content)] {
    var attributes: [(name: String, content: ONNXAttribute.Content)] = [
      ("kernel_shape", .integers([kernel.height, kernel.width])),
      ("strides", .integers([stride.height, stride.width])),
    ]
    if includingRate { attributes.append(("dilations", .integers([rate.height, rate.width]))) }
    return attributes
  }
}
