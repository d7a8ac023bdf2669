//! The binding of the shapes that captured values are written with, one table for all threads.

use ironloop_core::shapes::Shapes;
use napi_derive::napi;

use crate::raw::{self, Call, Outcome, Reply};

static SHAPES: Shapes = Shapes::new();

pub(crate) const RAW: &[raw::Function] = &[raw::function("internShape", intern_shape)];

/// (definition) -> its number, or -1 where there is no room for it
fn intern_shape(call: &Call) -> Outcome {
    let id = SHAPES.intern(&call.string(0)?);
    Ok(Reply::Number(id.map_or(-1.0, f64::from)))
}

/// The definition of a shape by its number.
#[napi]
pub fn shape_definition(id: u32) -> Option<String> {
    SHAPES
        .definition(id)
        .map(|definition| definition.to_string())
}
