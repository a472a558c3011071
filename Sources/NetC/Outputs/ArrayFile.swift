import Formats
import IR
import Tensors

/// A result as .npy: float32, class indices as int32 without a channel axis.
enum ArrayFile {
  static func bytes(_ tensor: Tensor, _ type: TensorType) -> [UInt8] {
    let dimensions = type.natural(tensor.shape)
    guard type.isLabel else {
      guard let shape = Shape(dimensions) else {
        preconditionFailure("as many numbers as the tensor has")
      }
      return NPYWriter.bytes(tensor.reshaped(shape))
    }
    let labels = tensor.withSpan { values in values.indices.map { Int32(label: values[$0]) } }
    return NPYWriter.bytes(labels, dimensions)
  }
}

extension Fit {
  /// What was padded taken away again, where a map has the input's size; else the map itself.
  func unpadded(_ tensor: Tensor) throws(AllocationError) -> Tensor {
    let shape = tensor.shape
    guard isPadded, shape.h == height.input, shape.w == width.input,
      let part = Shape(shape.n, shape.c, height.original, width.original)
    else { return tensor }
    let result = try Tensor(zeros: part)
    tensor.withSpan { source in
      result.withMutableSpan { destination in
        for plane in 0..<part.n * part.c {
          for y in 0..<part.h {
            let (from, to) = ((plane * shape.h + y) * shape.w, (plane * part.h + y) * part.w)
            for x in 0..<part.w { destination[to + x] = source[from + x] }
          }
        }
      }
    }
    return result
  }
}
