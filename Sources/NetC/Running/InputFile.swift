import Formats
import IR
import Source
import Tensors

/// What a file given as an input holds.
package enum InputContent: Sendable {
  case picture(Picture)
  case array(Tensor)
}

extension InputContent {
  /// Reads a picture or an array; the content decides which, not the name.
  package static func read(_ path: String) throws(Diagnostic) -> InputContent {
    do {
      let bytes = try FileReader.read(path)
      if NPYReader.recognizes(bytes) { return .array(try NPYReader.read(bytes: bytes)) }
      return .picture(try PictureReader.read(bytes: bytes))
    } catch {
      throw .unreadableInput(path, error)
    }
  }
}

extension Preparation {
  /// The sides of the input that a file becomes, with the fit of a picture.
  package func sides(
    of content: InputContent, path: String
  ) throws(Diagnostic) -> (shape: Shape, fit: Fit?) {
    switch content {
    case .picture(let picture):
      guard format.isPicture else { throw .pictureForArray(name, path) }
      let fit = try fit(height: picture.height, width: picture.width, path: path)
      guard let shape = Shape(1, format.pictureChannels, fit.height.input, fit.width.input) else {
        throw .pictureDoesNotFit("the input has too many pixels", path: path, help: nil)
      }
      return (shape, fit)
    case .array(let array): return (try tensor(array, path: path).shape, nil)
    }
  }

  /// The tensor of a file, with the fit that `sides` found.
  package func tensor(
    _ content: InputContent, _ fit: Fit?, path: String
  ) throws(Diagnostic) -> Tensor {
    do {
      switch content {
      case .array(let array): return try tensor(array, path: path)
      case .picture(let picture):
        guard let fit else { preconditionFailure("pictures have a fit") }
        return try tensor(picture, fit)
      }
    } catch let error as Diagnostic {
      throw error
    } catch let error as FormatError {
      throw .unreadableInput(path, error)
    } catch {
      throw Diagnostic(.tooMuchMemory, "no memory is left for the input", path: path)
    }
  }
}

extension Diagnostic {
  static func unreadableInput(_ path: String, _ error: FormatError) -> Diagnostic {
    if case .missingLibrary = error.kind {
      return Diagnostic(.missingLibrary, error.description, path: path)
    }
    return Diagnostic(.unreadableInput, error.description, path: path)
  }

  fileprivate static func pictureForArray(_ name: String, _ path: String) -> Diagnostic {
    Diagnostic(
      .wrongInputSize, "`\(name)` is an array, this is a picture", path: path,
      help: "give a .npy file of float32")
  }
}
