/* The entry of the board's script: what pages reach as `controlMap`. */
import {board, boards, show} from "./board.js";

window.controlMap = {board, boards, show};
